"""Mail on the console, for who has no mail server: readable, with links that can be opened."""

from django.core.mail.backends.console import EmailBackend as DjangoBackend
from django.core.mail.message import EmailMessage


class EmailBackend(DjangoBackend):
    def write_message(self, message: EmailMessage) -> None:
        """The text as it was written. Django prints it encoded, and that breaks a link over two lines."""
        to = ", ".join(message.to)
        self.stream.write(f"{'-' * 79}\nAan: {to}\nOnderwerp: {message.subject}\n\n{message.body}\n{'-' * 79}\n")
