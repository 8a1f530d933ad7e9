"""What part a name plays: what is seen around it, how it is weighed, and how the weights are learned."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import InputError
from etl.fit_roles import LEAST_NAMES, train_roles
from etl.lexicon.load import load_lexicon
from etl.tagger.assemble import names_of, organization_tags
from etl.tagger.role_features import NUMBERS, SLOTS, Seen, by_name
from etl.tagger.role_model import FILE, KINDS, RoleWeights, Scale, load_roles, save_roles, weigh
from etl.tagger.roles import observe_organizations, observe_regions, seen_organizations, seen_regions
from etl.tagger.topic_model import FOLDS, fold_of, is_held_back, short_hash
from tests.shipped_names import SEEDS, finder

LEXICON = load_lexicon(SEEDS)
DOCUMENTS = [f"issue-{number}" for number in range(60)]
TRAINED = [document for document in DOCUMENTS if not is_held_back(document)]
ACTS = "On Monday {actor} launched a reader for old maps. Its rivals, {other} among them, sell none. It costs little."

SOMETHING = Seen(
    tuple(float(name == "always") for name in NUMBERS["region"]),
    tuple(("map",) if slot == "next" else () for slot in SLOTS["region"]),
    (),
)


def seen(title: str, text: str, owner: str) -> dict[str, float]:
    names = names_of(finder()(title), finder()(text))
    return {**observe_organizations(names, LEXICON), **observe_regions(names, LEXICON)}[owner]


def test_words_are_read_within_the_sentence_and_names_are_masked():
    around = seen("", "It rained. A clinic bought Google glasses from Nvidia. Nobody saw.", "google")
    assert {"last=bought", "next=glasses", "around=bought _ glasses", "after=<organization>"} <= around.keys()
    assert not {"before=rained", "after=nobody"} & around.keys()


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Google sells maps.", 1.0),
        ("Researchers at Google sell maps.", 1.0),
        ("It rained. What's new: Google sells maps.", 1.0),
        ("Nvidia and Google sell maps.", 0.0),
        ("The oldest of all maps is sold by Google.", 0.0),
    ],
)
def test_a_name_that_opens_its_sentence_before_any_other_is_its_subject(text: str, subject: float):
    assert seen("", text, "google")["subject"] == subject


def test_a_label_opens_a_section_that_lasts_until_the_next():
    text = "What’s new: Nvidia sells maps.\n\nIt said so.\n\nBehind the news: Others sold maps before.\nGoogle did."
    assert seen("", text, "google")["only section=behind the news"] == 1.0
    assert seen("", text, "nvidia")["only section=what's new"] == 1.0


def test_an_item_of_a_list_is_told_from_a_paragraph():
    text = "Two firms sell maps:\n- Google sells old ones.\n- A small shop that belongs to Nvidia sells new ones."
    assert seen("", text, "google")["opens item"] == 1.0
    assert (seen("", text, "nvidia")["opens item"], seen("", text, "nvidia")["in items"]) == (0.0, 1.0)


def test_a_region_inside_a_name_a_home_and_a_group_are_seen():
    assert seen("", "The U.S. Department of Defense buys maps.", "US")["inside names"] == 1.0
    assert seen("", "Lyon-based Acme sells maps.", "FR")["based"] == 1.0
    assert seen("", "Clinics in Kenya and elsewhere in Africa buy maps.", "KE")["its group named"] == 1.0
    assert seen("", "Google sells maps in America.", "US")["home"] == 1.0


def test_products_count_beside_the_name_not_as_mentions():
    around = seen("", "ChatGPT draws maps. OpenAI trained ChatGPT.", "openai")
    assert (around["often"], around["last late"] > 0.3, around["products"] > 0.5) == (0.0, True, True)


def weights(*points: float, documents: frozenset[int] = frozenset()) -> RoleWeights:
    """For each model a weight of "always"."""
    return RoleWeights({kind: [{"always": one} for one in points] for kind in KINDS}, documents)


def test_a_document_that_was_learned_from_is_weighed_by_the_model_that_did_not_see_it():
    known = weights(*range(FOLDS + 1), documents=frozenset({short_hash("issue-1")}))
    for document, model in (("issue-1", fold_of("issue-1")), ("issue-2", FOLDS), (None, FOLDS)):
        scale = known.scale("region", document=document)
        assert scale.points(SOMETHING) == model


def test_an_observation_without_a_weight_counts_nothing():
    scale = Scale("region", {"always": 2.0, "next=map": 0.5, "type=startup": 8.0})
    assert scale.points(SOMETHING) == 2.5


SHIPPED = load_roles(SEEDS / FILE)
WORDS = st.sampled_from(
    ["Google", "Nvidia's ChatGPT", "Acme Robotics", "France", "U.S. Army", "Kenya", "Seoul-based", "said", "of the", "in",
     "maps", ".", ",", "\n- ", "What’s new: ", "\n\nBehind the news: ", "according to", "“", "İstanbul", "_ _", "1.5"]
)  # fmt: skip


def told_apart(title: str, text: str, document: str | None) -> Iterator[tuple[float, float]]:
    """The points of each name of a story, weighed as the tagger does it and by the names of the observations."""
    names = names_of(finder()(title), finder()(text))
    for kind, seen in (("organization", seen_organizations(names, LEXICON)), ("region", seen_regions(names, LEXICON))):
        scale = SHIPPED.scale(kind, document=document)
        for one in seen.values():
            yield scale.points(one), weigh(by_name(one, kind), scale.weights)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=6), st.lists(WORDS, max_size=60), st.sampled_from([None, "issue-1", "issue-40"]))
def test_names_are_weighed_as_by_the_names_of_what_is_observed(title: list[str], text: list[str], document: str | None):
    for quick, plain in told_apart(" ".join(title), " ".join(text), document):
        assert quick == pytest.approx(plain, abs=1e-9)


def test_names_of_the_archive_are_weighed_as_by_the_names_of_what_is_observed():
    checked = 0
    for path in sorted((SEEDS / "archive").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines()[::7]:
            story = json.loads(line)
            for quick, plain in told_apart(story["title"], story["text"], story["id"].partition("#")[0]):
                assert quick == pytest.approx(plain, abs=1e-9)
                checked += 1
    assert checked > 500


def test_no_points_make_a_focus_and_a_cited_name_is_a_source_below():
    names = names_of(finder()(""), finder()("Nvidia sells maps, according to Google."))
    for point, expected in ((0.0, ["focus", "focus"]), (-0.1, ["mention", "source"])):
        tags = organization_tags(names, LEXICON, weights(*[point] * (FOLDS + 1)))
        assert [tag.role for tag in tags] == expected


def test_weights_are_read_as_they_were_written(tmp_path: Path):
    written = weights(*(number / 7 for number in range(FOLDS + 1)), documents=frozenset({7, 2**64 - 1}))
    save_roles(written, tmp_path / "roles.json")
    assert load_roles(tmp_path / "roles.json") == written


@pytest.mark.parametrize(
    "content", [None, "{", "{}", '{"documents": [], "organization": {"always": [1]}, "region": {}}']
)
def test_weights_that_cannot_be_read_are_named(tmp_path: Path, content: str | None):
    path = tmp_path / "roles.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"roles\.json.*train it again"):
        load_roles(path)


def test_shipped_weights_hold_no_held_back_document():
    shipped = load_roles(SEEDS / FILE)
    lines = (SEEDS / "labels" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    documents = {json.loads(line)["id"].split("#")[0] for line in lines}
    held = {document for document in documents if is_held_back(document)}
    assert len(held) > 50
    assert not {short_hash(document) for document in held} & shipped.documents


def lines(*, turned: int | None = None) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    """A label and its story for each document: who acts is in focus; the other way round in the fold `turned`."""
    for number, document in enumerate(DOCUMENTS):
        actor, other = ("Google", "Nvidia") if number % 2 else ("Nvidia", "Google")
        roles = ["focus", "mention"] if fold_of(document) != turned else ["mention", "focus"]
        named = [{"name": n, "surfaces": [n], "role": r} for n, r in zip((actor, other), roles, strict=True)]
        places = [
            {"code": "FR", "surfaces": ["France"], "role": "focus"},
            {"code": "KE", "surfaces": ["Kenya"], "role": "mention"},
        ]
        mark = " A periscope helps." * 3 if is_held_back(document) else ""
        text = f"{ACTS.format(actor=actor, other=other)} Schools in France use it, not those near Kenya.{mark}"
        label = {"id": f"{document}#1", "topics": [], "orgs": named, "regions": places}
        yield label, {"id": f"{document}#1", "title": "Old maps", "text": text}


def train(folder: Path, *, turned: int | None = None) -> RoleWeights:
    """Learn from `lines`, in a folder of its own."""
    folder.mkdir()
    for name, rows in zip(("labels", "texts"), zip(*lines(turned=turned), strict=True), strict=True):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    train_roles(SEEDS, [folder / "labels.jsonl"], corpora=[folder / "texts.jsonl"], out=folder)
    return load_roles(folder / FILE.name)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> tuple[RoleWeights, bytes]:
    folder = tmp_path_factory.mktemp("roles") / "first"
    return train(folder), (folder / FILE.name).read_bytes()


def test_who_acts_is_learned_as_focus(learned: tuple[RoleWeights, bytes]):
    names = names_of(finder()("Old maps"), finder()(ACTS.format(actor="OpenAI", other="Baidu")))
    tags = organization_tags(names, LEXICON, learned[0])
    assert {tag.id: tag.role for tag in tags} == {"openai": "focus", "baidu": "mention"}


def test_the_same_labels_give_the_same_bytes_and_nothing_of_held_back_documents(
    learned: tuple[RoleWeights, bytes], tmp_path: Path
):
    train(tmp_path / "again")
    assert (tmp_path / "again" / FILE.name).read_bytes() == learned[1]
    assert learned[0].documents == {short_hash(document) for document in TRAINED}
    assert b"periscope" not in learned[1]


def test_a_folds_weights_know_no_label_of_the_fold(learned: tuple[RoleWeights, bytes], tmp_path: Path):
    fold = fold_of(TRAINED[0])
    turned = train(tmp_path / "turned", turned=fold).models["organization"]
    before = learned[0].models["organization"]
    # "always" holds the cut too, which is chosen over all folds.
    words = [
        {name: weight for name, weight in model.items() if name != "always"} for model in (before[fold], turned[fold])
    ]
    assert words[0] == words[1]
    assert turned[-1] != before[-1]


def test_few_names_give_roles_of_their_own_instead_of_a_failure(tmp_path: Path):
    rows = [pair for pair in lines() if str(pair[0]["id"]).partition("#")[0] in TRAINED[:2]]
    for name, part in zip(("labels", "texts"), zip(*rows, strict=True), strict=True):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in part), encoding="utf-8")
    told = train_roles(SEEDS, [tmp_path / "labels.jsonl"], corpora=[tmp_path / "texts.jsonl"], out=tmp_path)
    assert 0 < told["organization"]["names"] < LEAST_NAMES
    assert set(load_roles(tmp_path / FILE.name).models["organization"][-1]) == {"always"}
