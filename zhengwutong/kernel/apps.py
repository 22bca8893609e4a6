from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "zhengwutong.kernel"
    label = "kernel"
