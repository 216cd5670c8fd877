"""What a name means is said once, by one person, with an audit row, and can be taken back."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.domain.test_naming import BY, code_of, estate, report
from tests.make import NOW
from watchfloor.domain.naming import answers
from watchfloor.domain.naming import services as naming
from watchfloor.domain.naming.models import NameAlias, NameReview
from watchfloor.domain.org.models import Site
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.tenancy.context import tenant_scope


def ask(site: str = "Tower") -> NameReview:
    """Let a sender use a doubtful name; return the question."""
    with transaction.atomic():
        naming.resolve_batch([report(site, integration=7)], now=NOW)
    return NameReview.objects.get(text=site)


def code(site: str = "Tower") -> str | None:
    with transaction.atomic():
        return code_of(site)


def test_a_question_tells_who_sent_the_name_first() -> None:
    with tenant_scope(estate()):
        assert ask().integration_id == 7


def test_an_alias_is_known_until_it_is_taken_back_and_then_asked_about_again() -> None:
    with tenant_scope(estate()):
        review = ask()
        answers.means(review, Site.objects.get(code="S1").pk, by=BY, now=NOW)
        assert code() == "S1"
        review.refresh_from_db()

        answers.take_back(review, by=BY, now=NOW)

        assert code() is None
        assert not NameAlias.objects.exists()
        review.refresh_from_db()
        assert (review.answered_at, review.answer, review.target_id) == (None, "", None)


def test_something_new_becomes_a_verified_row_and_retires_when_it_is_taken_back() -> None:
    with tenant_scope(estate()):
        review = ask()
        made = answers.is_new(review, by=BY, now=NOW)
        assert code() == "Tower"
        review.refresh_from_db()

        answers.take_back(review, by=BY, now=NOW)

        assert code() is None
        row = Site.objects.get(pk=made)
        assert (row.is_verified, row.is_active) == (False, False)


def test_a_row_that_a_sender_had_named_is_confirmed_and_stays_when_that_is_taken_back() -> None:
    with tenant_scope(estate()):
        review = ask()
        row = Site.objects.create(code="Tower", name="Tower", is_verified=False, created_at=NOW)
        assert answers.is_new(review, by=BY, now=NOW) == row.pk
        review.refresh_from_db()

        answers.take_back(review, by=BY, now=NOW)

        row.refresh_from_db()
        assert (row.is_verified, row.is_active) == (False, True)


def test_a_dismissed_name_stays_text_and_is_asked_about_no_more() -> None:
    with tenant_scope(estate()):
        answers.dismiss(ask(), by=BY, now=NOW)

        assert code() is None
        review = NameReview.objects.get()
        assert (review.answer, review.answered_at) == ("dismissed", NOW)
        answers.take_back(review, by=BY, now=NOW)
        assert NameReview.objects.get().answered_at is None


def test_of_two_answers_the_first_holds_and_the_second_is_refused() -> None:
    with tenant_scope(estate()):
        review, again = ask(), NameReview.objects.get()
        answers.dismiss(review, by=BY, now=NOW)

        with pytest.raises(Conflict):
            answers.means(again, Site.objects.get(code="S1").pk, by=BY, now=NOW)
        with pytest.raises(Conflict):
            answers.is_new(again, by=BY, now=NOW)
        with pytest.raises(Conflict):
            answers.take_back(again, by=BY, now=NOW)
        assert code() is None
        assert not Site.objects.filter(code="Tower").exists()


def test_a_name_that_is_too_long_for_a_code_is_refused_with_the_cure() -> None:
    with tenant_scope(estate()):
        long = NameReview.objects.create(kind="site", text="x" * 101, first_seen_at=NOW)

        with pytest.raises(Invalid) as refused:
            answers.is_new(long, by=BY, now=NOW)

        assert "at most 100 characters" in str(refused.value.details)


def test_each_answer_and_its_withdrawal_leave_an_audit_row() -> None:
    with tenant_scope(estate()):
        review = ask()
        answers.is_new(review, by=BY, now=NOW)
        review.refresh_from_db()
        answers.take_back(review, by=BY, now=NOW)

        said = AuditRow.objects.filter(object_id=str(review.pk)).order_by("at", "id")
        rows = [(row.action, (row.after or row.before or {})["answer"]) for row in said]
        assert sorted(rows) == [("name.answered", "new"), ("name.withdrawn", "new")]
