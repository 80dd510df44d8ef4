"""What DUO's files change in the database, on django-import-export.

Stock import-export asks the database several times a row, and a key's own check one time more. Here every resource
loads what is there once, checks the fields without asking, leaves unchanged rows alone, and writes new and changed
rows in two queries. A resource owns the columns it names and no others: what a partnership filled in itself stays.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from import_export import resources
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import Result, RowResult
from import_export.widgets import Widget
from tablib import Dataset

from records.models import LogEntry
from schools import duo
from schools.duo import Links, Row, Table
from schools.models import Board, Partnership, School

type Parser = Callable[[str, Row], Any]


class Parsed(Widget):
    """A cell through one of the functions of `duo`: a ValueError becomes the row's mistake."""

    def __init__(self, parse: Parser) -> None:
        super().__init__()
        self.parse = parse

    def clean(self, value: str, row: Row | None = None, **kwargs: Any) -> Any:
        return self.parse(value, row or {})


def parsed(attribute: str, column: str, parse: Parser = lambda cell, row: cell) -> Field:
    """A field of the resource. Where the parser says None, the present value stays."""
    return Field(attribute, column, Parsed(parse), saves_null_values=False)


class LoadedOnce(BaseInstanceLoader):
    """Every object there is, in one query, by the values of the import's key."""

    def __init__(self, resource: "DuoResource", dataset: Dataset | None = None) -> None:
        super().__init__(resource, dataset)
        self.objects = {resource.key_of(instance): instance for instance in resource.get_queryset()}

    def get_instance(self, row: Row) -> models.Model | None:
        return self.objects.get(self.resource.key_in(row))


class NoDiff:
    """Nobody looks at a picture of the changes here, and making it takes as long as the import itself."""

    def __init__(self, resource: Any, instance: Any, new: bool) -> None:
        pass

    def compare_with(self, resource: Any, instance: Any) -> None:
        pass


class DuoResource(resources.ModelResource):
    model: ClassVar[type[models.Model]]

    class Meta:
        skip_unchanged = True
        report_skipped = False
        skip_html_diff = True
        use_bulk = True
        batch_size = None  # everything at once: two queries
        instance_loader_class = LoadedOnce

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.table = table
        self.seen: dict[tuple[Any, ...] | None, int] = {}

    @classmethod
    def get_diff_class(cls) -> type[NoDiff]:
        return NoDiff

    def load(self) -> Result:
        """Bring the table's rows into the database; its mistakes are added to the table's."""
        columns = list(self.table.headers)
        dataset = Dataset(*([row[name] for name in columns] for row in self.table.rows), headers=columns)
        result = self.import_data(dataset, use_transactions=False)
        for invalid in result.invalid_rows:
            row = self.table.numbers[invalid.number - 1]
            for attribute, texts in invalid.error_dict.items():
                for text in texts:
                    self.table.complain(row, self.column_of(attribute), text)
        for failed in result.error_rows:
            raise failed.errors[0].error  # not the file's mistake but ours
        return result

    def column_of(self, attribute: str) -> str:
        columns = (str(field.column_name) for field in self.fields.values() if field.attribute == attribute)
        return next(columns, "")

    def key_of(self, instance: Any) -> tuple[Any, ...]:
        return tuple(getattr(instance, name) for name in self.get_import_id_fields())

    def key_in(self, row: Row) -> tuple[Any, ...] | None:
        """The key of a row, or None where a cell of it is wrong: the field itself says so."""
        try:
            return tuple(self.fields[name].clean(row) for name in self.get_import_id_fields())
        except ValueError:
            return None

    def before_import_row(self, row: Row, row_number: int = 0, **kwargs: Any) -> None:
        """A school or board that stands in the file twice is a mistake, whatever the two rows say."""
        key, number = self.key_in(row), self.table.numbers[row_number - 1]
        first = self.seen.setdefault(key, number)
        if key is not None and first != number:
            raise ValidationError({self.get_import_id_fields()[-1]: f"staat er ook in rij {first}."})

    def validate_instance(
        self, instance: Any, import_validation_errors: dict[str, Any] | None = None, validate_unique: bool = True
    ) -> None:
        """The fields of this import alone; keys were looked up among what exists, so they are not asked for again."""
        errors = dict(import_validation_errors or {})
        fields = instance._meta.concrete_fields
        ours = {field.attribute for field in self.fields.values()} - errors.keys()
        try:
            instance.clean_fields(exclude={f.name for f in fields if f.is_relation or f.attname not in ours})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def bulk_update(self, *args: Any, **kwargs: Any) -> None:
        """One upsert by primary key: `bulk_update` builds a statement with a condition for every row and column."""
        if self.update_instances:
            self._meta.model.objects.bulk_create(
                self.update_instances,
                update_conflicts=True,
                unique_fields=["pk"],
                update_fields=[str(field.attribute).removesuffix("_id") for field in self.fields.values()],
            )
            self.update_instances.clear()

    def handle_import_error(self, result: Result, error: Exception, raise_errors: bool = False) -> None:
        raise error  # the transaction is spoilt; nothing after this would be true


class PartnershipLoader(LoadedOnce):
    def get_instance(self, row: Row) -> models.Model | None:
        """Also the partnership that went by its board number until the file gave its code."""
        return super().get_instance(row) or self.objects.get((self.resource.fields["number"].clean(row),))


class PartnershipResource(DuoResource):
    code = parsed("code", "SWV CODE", duo.partnership_key)
    number = parsed("number", "BEVOEGD GEZAG NUMMER", duo.board_number)
    name = parsed("name", "NAAM", duo.required)
    website = parsed("website", "WEBSITE", duo.website)

    class Meta:
        model = Partnership
        fields = ("code", "number", "name", "website")
        import_id_fields = ("code",)
        instance_loader_class = PartnershipLoader


class BoardResource(DuoResource):
    number = parsed("number", "BEVOEGD GEZAG NUMMER", duo.board_number)
    name = parsed("name", "NAAM")

    class Meta:
        model = Board
        fields = ("number", "name")
        import_id_fields = ("number",)

    def __init__(self, table: Table, names: Mapping[str, str]) -> None:
        """`names` also holds the boards that only the file of locations knows; they get a row here."""
        here = {row[duo.BOARD.name].zfill(5) for row in table.rows}
        elsewhere = [{duo.BOARD.name: number, "NAAM": name} for number, name in names.items() if number not in here]
        numbers = [*table.numbers, *[0] * len(elsewhere)]
        super().__init__(Table(table.file, table.headers, [*table.rows, *elsewhere], numbers, table.mistakes))
        self.fields["name"].widget = Parsed(lambda cell, row: names.get(row[duo.BOARD.name].zfill(5), cell))


class SchoolResource(DuoResource):
    brin = parsed("brin", duo.BRIN.name, duo.brin)
    branch = parsed("branch", duo.BRANCH.name, duo.branch)
    name = parsed("name", "VESTIGINGSNAAM", duo.required)
    street = parsed("street", "STRAATNAAM", duo.street)
    postcode = parsed("postcode", "POSTCODE", duo.postcode)
    city = parsed("city", "PLAATSNAAM", duo.place)
    municipality = parsed("municipality", "GEMEENTENAAM", duo.place)
    province = parsed("province", "PROVINCIE")
    denomination = parsed("denomination", "DENOMINATIE")
    structure = parsed("structure", "ONDERWIJSSTRUCTUUR")
    phone = parsed("phone", "TELEFOONNUMMER", duo.phone)
    website = parsed("website", "INTERNETADRES", duo.website)
    partnership_id = parsed("partnership_id", "POSTCODE")
    board_id = parsed("board_id", "BEVOEGD GEZAG NUMMER")

    class Meta:
        model = School
        fields = (
            "brin", "branch", "name", "street", "postcode", "city", "municipality", "province", "denomination",
            "structure", "phone", "website", "partnership_id", "board_id",
        )  # fmt: skip
        import_id_fields = ("brin", "branch")
        store_instance = True  # to see which school moved

    def __init__(self, table: Table, links: Links, partnerships: Mapping[str, int], boards: Mapping[str, int]) -> None:
        super().__init__(table)
        self.moved: list[LogEntry] = []

        def partnership_key(cell: str, row: Row) -> int | None:
            code = links.partnership_of(row)
            if code and code not in partnerships:
                raise ValueError(f"samenwerkingsverband {code} staat niet in het bestand met samenwerkingsverbanden.")
            return partnerships[code] if code else None

        self.fields["partnership_id"].widget = Parsed(partnership_key)
        self.fields["board_id"].widget = Parsed(lambda cell, row: boards[duo.board_number(cell, row)])

    def after_import_row(self, row: Row, row_result: RowResult, **kwargs: Any) -> None:
        """A school that goes to another partnership or board leaves a line in the log."""
        before, after = row_result.original, row_result.instance
        if row_result.import_type != RowResult.IMPORT_TYPE_UPDATE:
            return
        for verb, name in (("school_moved", "partnership_id"), ("school_changed_board", "board_id")):
            old, new = getattr(before, name), getattr(after, name)
            if old != new:
                self.moved.append(
                    LogEntry(
                        verb=verb,
                        object_type=School._meta.label_lower,
                        object_id=after.pk,
                        partnership_id=after.partnership_id,
                        before=str(old),
                        after=str(new),
                    )
                )

    def after_import(self, dataset: Dataset, result: Result, **kwargs: Any) -> None:
        super().after_import(dataset, result, **kwargs)
        LogEntry.objects.bulk_create(self.moved)
