from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    name = "zhengwutong.workdays"
    label = "workdays"
