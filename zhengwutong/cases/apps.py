from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "zhengwutong.cases"
    label = "cases"
