from uuid import UUID

from hebah.messaging.content import Image, Text, with_words, words_of

PICTURE = UUID(int=7)


def test_the_words_of_a_picture_are_its_caption() -> None:
    assert words_of(Text("Hai")) == "Hai"
    assert words_of(Image(PICTURE, "Lihat")) == "Lihat"
    assert words_of(Image(PICTURE)) == ""


def test_new_words_keep_the_picture() -> None:
    assert with_words(Text("Hai {{name}}"), "Hai Ali") == Text("Hai Ali")
    assert with_words(Image(PICTURE, "Hai {{name}}"), "Hai Ali") == Image(PICTURE, "Hai Ali")
