from __future__ import annotations

from django.urls import path

from watchfloor.platform.accounts.views import account, codes, door, switching

urlpatterns = [
    path("sign-in", door.sign_in, name="sign-in"),
    path("sign-in/code", door.sign_in_code, name="sign-in-code"),
    path("sign-in/link/<str:secret>", door.sign_in_by_link, name="sign-in-link"),
    path("sign-out", door.sign_out, name="sign-out"),
    path("account", account.account, name="account"),
    path("account/password", account.change_password, name="account-password"),
    path("account/times", account.change_times, name="account-times"),
    path("account/end-session", account.end_session, name="account-end-session"),
    path("switch", switching.switch, name="switch"),
    path("account/pin", switching.set_pin, name="account-pin"),
    path("account/pin/drop", switching.drop_pin, name="account-pin-drop"),
    path("account/codes", codes.codes, name="account-codes"),
    path("account/codes/begin", codes.begin, name="account-codes-begin"),
    path("account/codes/recovery", codes.renew_recovery, name="account-codes-recovery"),
    path("account/codes/end", codes.end, name="account-codes-end"),
]
