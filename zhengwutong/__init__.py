"""Zhengwutong (浙江政务通): a government instant-messaging service."""
