from django.apps import AppConfig


class PresenceConfig(AppConfig):
    name = "zhengwutong.presence"
    label = "presence"
