"""What a provider must say, and how, before anybody believes it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from tests.clinic import TUESDAY
from tests.openid_provider import (
    CLIENT,
    SECRET,
    SIGNED_WITH,
    STRANGER,
    serving,
    signed,
    unsigned,
)
from wellbeing.domain.sign_in import (
    ClocksApartError,
    Flow,
    NotTrustedError,
    Provider,
    ProviderAwayError,
    ProviderRefusedError,
    Purpose,
)
from wellbeing.services.openid import Answer, identify, sign_in_address

BACK = "http://127.0.0.1:8501/sign-in/back/uni"
NOW = int(TUESDAY.timestamp())
HS = {"id_token_signing_alg_values_supported": ["HS256", "ES256"]}


@pytest.fixture(scope="module")
def server():
    with serving() as found:
        yield found


@pytest.fixture
def theirs(server):
    """The provider, which does all as it should."""
    with time_machine.travel(TUESDAY, tick=False):
        server.begin_anew()
        yield server


def ours(theirs, **more):
    return Provider(
        name="uni",
        title="Uni",
        issuer=theirs.issuer,
        client_id=CLIENT,
        client_secret=SECRET,
        **more,
    )


def visit(theirs, *, purpose=Purpose.ENTER, extra=None, **more):
    """Go to the provider and come back."""
    provider, now = ours(theirs, **more), datetime.fromtimestamp(NOW, UTC)
    flow = Flow(key="k" * 43, began=NOW, provider="uni", purpose=purpose)
    address = sign_in_address(provider, flow, BACK, now)
    told = dict(parse_qsl(urlsplit(theirs.back_from(address)).query))
    answer = Answer(code=told["code"], state=told["state"])
    return identify(provider, flow, replace(answer, **(extra or {})), BACK, now)


PUBLIC = json.dumps(SIGNED_WITH.as_dict(private=False))
FORGERIES: dict[str, dict[str, Any]] = {
    "another key": {"sign": lambda c: signed(c, STRANGER)},
    "no signature": {"sign": unsigned},
    "no signature, which the provider says it makes": {
        "sign": unsigned,
        "metadata": {"id_token_signing_alg_values_supported": ["none", "ES256"]},
    },
    "signed with the secret that we share": {
        "sign": lambda c: signed(c, OctKey.import_key(SECRET), "HS256"),
        "metadata": HS,
    },
    "signed with the public key as a secret": {
        "sign": lambda c: signed(c, OctKey.import_key(PUBLIC), "HS256"),
        "metadata": HS,
    },
    "no token at all": {"sign": lambda _: ""},
    "a token that is no text": {"sign": lambda _: 5},
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "no issuer": {"claims": {"iss": None}},
    "another audience": {"claims": {"aud": "somebody-else"}},
    "another audience, for us to use": {"claims": {"aud": "other", "azp": CLIENT}},
    "two others, for us to use": {"claims": {"aud": ["a", "b"], "azp": CLIENT}},
    "others in the audience": {"claims": {"aud": [CLIENT, "other"]}},
    "us in the audience, for another to use": {
        "claims": {"aud": [CLIENT, "other"], "azp": "other"}
    },
    "no audience": {"claims": {"aud": None}},
    "another nonce": {"claims": {"nonce": "x"}},
    "a nonce that is no text": {"claims": {"nonce": 5}},
    "no nonce": {"claims": {"nonce": None}},
    "no subject": {"claims": {"sub": None}},
    "an empty subject": {"claims": {"sub": ""}},
    "a subject that is no text": {"claims": {"sub": ["alice-at-the-provider"]}},
    "a very long subject": {"claims": {"sub": "x" * 256}},
    "no end": {"claims": {"exp": None}},
    "an end that is no time": {"claims": {"exp": "later"}},
    "an end after all time": {"claims": {"exp": 10**300}},
    "no beginning": {"claims": {"iat": None}},
    "true as a time": {"claims": {"iat": True}},
}


@pytest.mark.parametrize("how", FORGERIES)
def test_a_token_that_is_not_what_it_must_be_is_not_believed(theirs, how):
    for name, value in FORGERIES[how].items():
        setattr(theirs, name, value)
    with pytest.raises(NotTrustedError, match="cannot be trusted"):
        visit(theirs)


@pytest.mark.parametrize(
    ("claims", "believed"),
    [
        ({"exp": NOW - 59}, True),
        ({"exp": NOW - 60}, False),
        ({"iat": NOW + 60}, True),
        ({"iat": NOW + 61}, False),
        ({"iat": NOW - 60}, True),
        ({"iat": NOW - 61}, False),
        ({"nbf": NOW + 60}, True),
        ({"nbf": NOW + 61}, False),
        ({"auth_time": NOW + 61}, False),
    ],
)
def test_clocks_may_be_a_minute_apart_and_no_more(theirs, claims, believed):
    theirs.claims = {"iat": NOW, "exp": NOW + 300} | claims
    if believed:
        assert visit(theirs).subject == "alice-at-the-provider"
    else:
        with pytest.raises(ClocksApartError, match="minute apart"):
            visit(theirs)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_describes_itself_as_another_is_not_asked(theirs, metadata):
    theirs.metadata = metadata
    with pytest.raises(ProviderAwayError):
        visit(theirs)
    assert theirs.asked == []


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        *(("metadata", 302), ("metadata", 404), ("metadata", 500)),
        *(("token", 500), ("keys", 302), ("keys", 500)),
    ],
)
def test_a_provider_that_is_down_is_told_apart(theirs, kind, status):
    theirs.answers = {kind: status}
    with pytest.raises(ProviderAwayError, match="does not answer as it should"):
        visit(theirs)


def test_a_provider_where_nobody_listens_is_told_apart(theirs):
    theirs.issuer = "http://127.0.0.1:9/nobody"
    with pytest.raises(ProviderAwayError):
        visit(theirs)


@pytest.mark.parametrize("said", [{"error": "access_denied"}, {"code": ""}])
def test_whom_the_provider_refuses_is_not_let_in(theirs, said):
    with pytest.raises(ProviderRefusedError):
        visit(theirs, extra=said)
    assert theirs.asked == []


def test_another_provider_may_not_answer_in_its_place(theirs):
    with pytest.raises(NotTrustedError):
        visit(theirs, extra={"issuer": "https://evil.example"})
    assert visit(theirs, extra={"issuer": theirs.issuer}).issuer == theirs.issuer
    theirs.begin_anew()
    theirs.metadata = {"authorization_response_iss_parameter_supported": True}
    with pytest.raises(NotTrustedError):
        visit(theirs)


@pytest.mark.parametrize(
    ("key", "alg"),
    [
        (RSAKey.generate_key(2048, {"kid": "one"}), "RS256"),
        (RSAKey.generate_key(2048, {"kid": "one"}), "PS256"),
        (ECKey.generate_key("P-384", {"kid": "one"}), "ES384"),
        (OKPKey.generate_key("Ed25519", {"kid": "one"}), "Ed25519"),
    ],
)
def test_the_usual_signatures_are_believed(theirs, monkeypatch, key, alg):
    monkeypatch.setattr(theirs, "keys", (key,))
    theirs.metadata = {"id_token_signing_alg_values_supported": [alg]}
    theirs.sign = lambda claims: signed(claims, key, alg)
    assert visit(theirs).subject == "alice-at-the-provider"


def test_a_signature_that_the_provider_does_not_make_is_not_believed(theirs):
    theirs.metadata = {"id_token_signing_alg_values_supported": ["RS256"]}
    with pytest.raises(NotTrustedError):
        visit(theirs)


def test_a_way_of_making_sure_that_is_asked_for_must_be_said(theirs):
    ways = ("strong", "stronger")
    with pytest.raises(NotTrustedError):
        visit(theirs, acr_values=ways)
    theirs.claims = {"acr": "weak"}
    with pytest.raises(NotTrustedError):
        visit(theirs, acr_values=ways)
    theirs.claims = {"acr": "stronger"}
    assert visit(theirs, acr_values=ways).subject


def test_an_age_that_is_asked_for_must_be_said_and_kept(theirs):
    with pytest.raises(NotTrustedError):
        visit(theirs, max_age=600)
    theirs.claims = {"auth_time": NOW - 661}
    with pytest.raises(NotTrustedError):
        visit(theirs, max_age=600)
    theirs.claims = {"auth_time": NOW - 659}
    said = visit(theirs, max_age=600)
    assert said.since == datetime.fromtimestamp(NOW - 659, UTC)
    assert not said.asked_anew


@pytest.mark.parametrize(
    "ways", [["client_secret_post"], ["client_secret_basic"], None]
)
def test_the_secret_is_shown_in_the_way_that_the_provider_takes(theirs, ways):
    theirs.metadata = {"token_endpoint_auth_methods_supported": ways}
    visit(theirs)
    in_body = "client_secret" in theirs.asked[0]
    assert in_body is (ways == ["client_secret_post"])
    assert bool(theirs.asked[0]["authorization"]) is not in_body


@pytest.mark.parametrize(
    ("value", "groups"),
    [
        (["staff", "research", 5], {"staff", "research"}),
        ("staff", {"staff"}),
        (None, set()),
        ({"staff": True}, set()),
    ],
)
def test_groups_are_read_from_the_claim_that_is_named(theirs, value, groups):
    theirs.claims = {"groups": value}
    assert visit(theirs).groups == set()
    assert visit(theirs, roles_claim="groups").groups == groups


def test_the_words_of_a_flow_are_all_made_of_all_of_it():
    flow = Flow(key="k", began=NOW, provider="uni")
    changes: list[dict[str, Any]] = [
        {"key": "l"},
        {"began": NOW + 1},
        {"provider": "other"},
        {"purpose": Purpose.LINK},
        {"ticket": "t"},
        {"next_path": "/people"},
    ]
    made = {
        word
        for change in [{}, *changes]
        for one in [replace(flow, **change)]
        for word in (one.state, one.nonce, one.verifier)
    }
    assert len(made) == 3 * (len(changes) + 1)
    assert all(len(word) == 43 for word in made)
