"""The clinic's own support contacts, as administrators keep them."""

from typing import Any

import streamlit as st

from wellbeing.content.load import choice_text, say
from wellbeing.domain.contacts import Contact, ContactKind
from wellbeing.domain.ids import ContactId
from wellbeing.domain.people import Role, Viewer
from wellbeing.services import clinic
from wellbeing.services.mail import can_send
from wellbeing.services.support_directory import ListedContact, directory
from wellbeing.ui.messages import as_text, attempt, attempt_in_callback, later
from wellbeing.ui.session import context, require_in_callback

_WHICH, _AFTER = "clinic:contact", "clinic:contact_after"


def show_contacts(viewer: Viewer) -> None:
    """Show the contacts to an administrator, and a form for one of them."""
    st.header(say("clinic.contacts"), anchor=False)
    st.caption(say("clinic.contacts_what"))
    listed = directory(context(), viewer)
    if not listed:
        st.write(say("clinic.contacts_none"))
    for each in listed:
        _show(each)
    if listed:
        st.caption(say("contacts.check"))
    if not can_send(context()):
        st.caption(say("contacts.no_mail"))
    _show_form(viewer, {str(each.contact.contact_id): each.contact for each in listed})


def who_words(contact: Contact) -> str:
    """Return the name of a contact, and what they are if that says anything."""
    kind = choice_text(contact.kind)
    if contact.kind is ContactKind.OTHER or kind.lower() == contact.name.lower():
        return contact.name
    return f"{contact.name} ({kind})"


def _show(listed: ListedContact) -> None:
    contact = listed.contact
    who = who_words(contact)
    st.text(f"{who}\n{contact.reach}\n{contact.about}".strip())
    if contact.agreed:
        st.caption(say("contacts.takes_mail"))
    if listed.stale:
        st.caption(say("support.contact_stale"))
    st.button(
        f"{say('clinic.contact_remove')}: {as_text(contact.name)}",
        key=f"clinic:remove:{contact.contact_id}",
        on_click=_remove,
        args=(contact.contact_id,),
    )


def _show_form(viewer: Viewer, known: dict[str, Contact]) -> None:
    chosen = ""
    if known:
        chosen = st.selectbox(
            say("contacts.which"),
            ["", *known],
            format_func=lambda i: known[i].name if i else say("contacts.new"),
            key=_WHICH,
        )
    old, kinds = known.get(chosen), list(ContactKind)
    # A form of its own after each addition: pressed again it must add nothing twice.
    about_whom = chosen or "+" * st.session_state.get(_AFTER, 0)
    with st.form(f"clinic:contact:{about_whom}"):
        name = st.text_input(
            say("clinic.contact_name"),
            old.name if old else "",
            key=f"clinic:contact_name:{about_whom}",
        )
        kind = st.selectbox(
            say("contacts.kind"),
            kinds,
            index=kinds.index(old.kind) if old else kinds.index(ContactKind.OTHER),
            format_func=choice_text,
            key=f"clinic:contact_kind:{about_whom}",
        )
        reach = st.text_input(
            say("clinic.contact_reach"),
            old.reach if old else "",
            key=f"clinic:contact_reach:{about_whom}",
        )
        about = st.text_input(
            say("clinic.contact_about"),
            old.about if old else "",
            key=f"clinic:contact_about:{about_whom}",
        )
        email = st.text_input(
            say("contacts.email"),
            old.email if old else "",
            key=f"clinic:contact_email:{about_whom}",
        )
        agreed = st.checkbox(
            say("contacts.agreed"),
            old.agreed if old else False,
            key=f"clinic:contact_agreed:{about_whom}",
        )
        words = say("contacts.save" if old else "clinic.contact_add")
        if not st.form_submit_button(words, key=f"clinic:contact_save:{about_whom}"):
            return
    typed = {
        "name": name,
        "reach": reach,
        "about": about,
        "kind": ContactKind(kind),
        "email": email,
        "agreed": agreed,
    }
    with attempt():
        _save(viewer, old, typed)
        later(say("clinic.saved"))
        st.rerun()


def _save(viewer: Viewer, old: Contact | None, typed: dict[str, Any]) -> None:
    if old is None:
        clinic.add_contact(context(), viewer, **typed)
        st.session_state[_AFTER] = st.session_state.get(_AFTER, 0) + 1
    else:
        changed = Contact(contact_id=old.contact_id, **typed)
        clinic.change_contact(context(), viewer, changed)


def _remove(contact_id: ContactId) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.ADMINISTRATOR)
        clinic.remove_contact(context(), viewer, contact_id)
