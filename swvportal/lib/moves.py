"""A step of something that goes from state to state, with a page that asks first: who may take it, and what is said."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from swvportal.lib.errors import IllegalTransition


class Movable(Protocol):
    """What a school writes and leads, and its partnership decides about."""

    @property
    def state(self) -> Any: ...
    def is_led_by(self, user: Any) -> bool: ...
    def is_of_office(self, user: Any) -> bool: ...


@dataclass(frozen=True, slots=True)
class Move[Subject: Movable]:
    """From which states it is taken and to which, and what is said when it is done. A subclass finds the words."""

    name: str
    states: tuple[str, ...]
    wanted: str
    done: str
    by_office: bool = field(default=False, kw_only=True)

    def why_not(self, here: Subject) -> str:
        """Why it cannot be done in this state."""
        raise NotImplementedError

    def already(self, here: Subject) -> str:
        """That it is so already."""
        raise NotImplementedError

    def must_be_allowed(self, user: Any, here: Subject) -> None:
        """Raises PermissionDenied for too little of a role."""
        if self.by_office and not here.is_of_office(user):
            raise PermissionDenied("Alleen het samenwerkingsverband kan dit doen.")
        if not self.by_office and not here.is_led_by(user):
            raise PermissionDenied("Alleen de directeur of de plaatsvervanger kan dit doen.")

    def tell(self, request: HttpRequest, here: Subject, why: str) -> None:
        """Why it was not done: no error where it is as one wanted it, because the button was pressed twice."""
        if here.state == self.wanted:
            messages.info(request, self.already(here))
        else:
            messages.error(request, why)

    def is_over(
        self,
        request: HttpRequest,
        here: Subject,
        act: Callable[[dict[str, Any]], None],
        form: Any,
        again: Callable[[], Subject],
    ) -> bool:
        """Whether nothing is left to ask: it cannot be done, or it was posted, and tried. `again` reads the row anew."""
        self.must_be_allowed(request.user, here)
        if here.state not in self.states:
            self.tell(request, here, self.why_not(here))
            return True
        if request.method != "POST" or (form is not None and not form.is_valid()):
            return False
        try:
            act(form.cleaned_data if form else {})
        except IllegalTransition as error:
            self.tell(request, again(), str(error))
        else:
            messages.success(request, self.done)
        return True
