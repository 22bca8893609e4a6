from django.apps import AppConfig


class ConsultConfig(AppConfig):
    name = "zhengwutong.consult"
    label = "consult"
