"""PostgreSQL: room on each page for the next version of a row, which every beat writes for everybody who is there."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def leave_room(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE presence_spell SET (fillfactor = 50)")


class Migration(migrations.Migration):
    dependencies = [("presence", "0001_initial")]
    operations = [migrations.RunPython(leave_room, migrations.RunPython.noop)]
