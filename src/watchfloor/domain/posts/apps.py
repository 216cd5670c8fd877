from __future__ import annotations

from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "watchfloor.domain.posts"
    label = "posts"

    def ready(self) -> None:
        from watchfloor.domain.posts.registers import POSTS
        from watchfloor.domain.registers.declaration import declare

        declare(POSTS)
