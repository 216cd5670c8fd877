"""Rendering while migrating: few classes, and none that points at one which was replaced."""

from collections.abc import Iterator

import pytest
from django.db import models
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from watchfloor.platform import migrating


@pytest.fixture
def state() -> Iterator[ProjectState]:
    """A site of a tenant and a camera of the site, rendered."""
    made = ProjectState()
    for name, points_at in (("Tenant", None), ("Site", "Tenant"), ("Camera", "Site")):
        fields = [("id", models.BigAutoField(primary_key=True))]
        if points_at:
            fields.append(("of", models.ForeignKey(f"places.{points_at}", models.CASCADE)))
        made.add_model(ModelState("places", name, fields))
    assert made.apps.ready
    with migrating.rendering_what_changes():
        yield made


def rendered(state: ProjectState) -> dict[str, type[models.Model]]:
    return {model.__name__: model for model in state.apps.get_models()}


def replaced(before: dict[str, type[models.Model]], state: ProjectState) -> set[str]:
    after = rendered(state)
    return {name for name in after if after[name] is not before.get(name)}


def no_stale_class(state: ProjectState) -> bool:
    current = set(state.apps.get_models(include_auto_created=True))
    return all(
        field.related_model in current
        for model in current
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation
    )


def in_order(loader: MigrationLoader) -> list[Migration]:
    graph = loader.graph
    keys = [key for leaf in graph.leaf_nodes() for key in graph.forwards_plan(leaf)]
    return [graph.nodes[key] for key in dict.fromkeys(keys)]


def told(state: ProjectState) -> dict[str, set[str]]:
    """Return of each class its fields, its indexes and constraints, and who points at it."""
    return {
        model._meta.label: {
            *(repr(field) for field in model._meta.get_fields(include_hidden=True)),
            *(one.name for one in (*model._meta.indexes, *model._meta.constraints)),
        }
        for model in state.apps.get_models(include_auto_created=True)
    }


def test_what_is_new_replaces_nothing_and_is_known_to_what_it_points_at(
    state: ProjectState,
) -> None:
    before = rendered(state)
    of = models.ForeignKey("places.Tenant", models.CASCADE)

    state.add_model(ModelState("places", "Guard", [("id", models.AutoField(primary_key=True)),
                                                   ("of", of)]))  # fmt: skip

    assert replaced(before, state) == {"Guard"}
    pointing = {
        one.related_model.__name__ for one in rendered(state)["Tenant"]._meta.related_objects
    }
    assert pointing == {"Site", "Guard"}
    assert no_stale_class(state)


def test_what_changes_is_replaced_with_all_that_points_at_it(state: ProjectState) -> None:
    before = rendered(state)

    state.add_index("places", "camera", models.Index(fields=["of"], name="of_camera"))
    assert replaced(before, state) == {"Camera"}

    state.add_field("places", "site", "code", models.TextField(default=""), True)
    assert replaced(before, state) == {"Site", "Camera"}

    state.alter_field("places", "tenant", "id", models.UUIDField(primary_key=True), True)
    assert replaced(before, state) == {"Tenant", "Site", "Camera"}
    assert no_stale_class(state)


def test_after_all_migrations_the_classes_are_those_that_would_be_rendered_at_once() -> None:
    loader = MigrationLoader(None)
    state = ProjectState()
    assert state.apps.ready

    with migrating.rendering_what_changes():
        for migration in in_order(loader):
            migration.mutate_state(state, preserve=False)

    assert no_stale_class(state)
    assert told(state) == told(loader.project_state())
