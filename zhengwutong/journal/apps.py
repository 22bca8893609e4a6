from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "zhengwutong.journal"
    label = "journal"
