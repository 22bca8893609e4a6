from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "zhengwutong.people"
    label = "people"
