from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "zhengwutong.duty"
    label = "duty"
