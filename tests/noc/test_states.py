"""State tables, walked through completely."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.noc.alerts import states as alert_states
from watchfloor.noc.alerts.models import AlertState
from watchfloor.noc.incidents import states as incident_states
from watchfloor.noc.incidents.models import IncidentState
from watchfloor.platform.errors import Conflict

MACHINES = [
    pytest.param(alert_states.MACHINE, AlertState, alert_states.Action, id="alert"),
    pytest.param(incident_states.MACHINE, IncidentState, incident_states.Action, id="incident"),
]


@pytest.mark.parametrize(("machine", "states", "actions"), MACHINES)
def test_every_state_is_reached_from_new(machine, states, actions):
    reached, front = {states.NEW}, {states.NEW}
    while front:
        front = {
            machine.table[state, action]
            for state, action in product(front, actions)
            if (state, action) in machine.table
        } - reached
        reached |= front

    assert reached == set(states)


@pytest.mark.parametrize(("machine", "states", "actions"), MACHINES)
def test_only_the_machine_leads_out_of_what_is_over(machine, states, actions):
    over = {states.RESOLVED, getattr(states, "CLOSED", states.RESOLVED)}
    for state, action in product(over, actions):
        to = machine.table.get((state, action), state)
        assert to in over or action is actions.REOPEN


@pytest.mark.parametrize(("machine", "states", "actions"), MACHINES)
def test_every_act_repeated_changes_nothing_more(machine, states, actions):
    for (_, action), to in machine.table.items():
        if (to, action) in machine.table:
            assert machine.step(to, action).to == to


@pytest.mark.parametrize(("machine", "states", "actions"), MACHINES)
@given(data=st.data())
def test_any_path_stays_within_the_table_and_a_refusal_changes_nothing(
    machine, states, actions, data
):
    state = states.NEW
    for action in data.draw(st.lists(st.sampled_from(list(actions)), max_size=12)):
        if (state, action) not in machine.table:
            with pytest.raises(Conflict) as refusal:
                machine.step(state, action)
            assert refusal.value.details["state"] == state
            continue
        step = machine.step(state, action)
        assert step.changes == (step.to != state)
        state = step.to
        assert state in states


def test_a_refusal_says_in_words_what_the_state_is():
    with pytest.raises(Conflict, match="This incident is in progress: it cannot be closed"):
        incident_states.MACHINE.step(IncidentState.IN_PROGRESS, incident_states.Action.CLOSE)
