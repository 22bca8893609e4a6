"""The settings of an installation, with an SQLite that confirms before it has flushed, and nobody who minds.

Only for the control run of `power-cut`: the product refuses to serve on such a database.
"""

from zhengwutong.kernel import durability
from zhengwutong.settings import *  # noqa: F403
from zhengwutong.settings import DATABASES

OPTIONS = DATABASES["default"]["OPTIONS"]
OPTIONS["init_command"] = OPTIONS["init_command"].replace("synchronous=FULL", "synchronous=NORMAL")
durability.FULL = 1
