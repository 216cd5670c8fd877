from __future__ import annotations

from django.urls import path

from watchfloor.platform.accounts import views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-in/link/<str:secret>", views.sign_in_by_link, name="sign-in-link"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("account", views.account, name="account"),
    path("account/password", views.change_password, name="account-password"),
    path("account/end-session", views.end_session, name="account-end-session"),
]
