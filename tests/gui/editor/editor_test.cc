#include <QtTest>
#include <QtWidgets>
#include <catch2/catch.hpp>

#include "gui/editor/catalog_dialog.h"
#include "gui/editor/shown_text.h"
#include "gui/editor/yaml_editor.h"

using namespace headroom;
using namespace headroom::gui;

namespace {

const std::string kWindows = "\xef\xbb\xbf" "schema: 1\r\nname: Halle für zwölf\r\nseed: 7\r\n";

}  // namespace

TEST_CASE("a text is shown without its mark and with one kind of line end", "[gui][editor]") {
  CHECK(*ShownText(kWindows) == QString("schema: 1\nname: Halle für zwölf\nseed: 7\n"));
  CHECK_FALSE(ShownText("a: \xff\n"));
}

TEST_CASE("an edit of the shown text changes the bytes that it means, and no other", "[gui][editor]") {
  const QString shown = *ShownText(kWindows);
  const auto edited = [&](const char* from, const char* to) {
    return Applied(kWindows, ChangeOfBytes(kWindows, shown, QString(shown).replace(from, to)));
  };
  CHECK(edited("zwölf", "zehn") == "\xef\xbb\xbf" "schema: 1\r\nname: Halle für zehn\r\nseed: 7\r\n");
  CHECK(edited("seed: 7\n", "seed: 7\nx: 1\n") == kWindows + "x: 1\r\n");
  CHECK(edited("seed: 7\n", "") == "\xef\xbb\xbf" "schema: 1\r\nname: Halle für zwölf\r\n");
  CHECK(ShownColumn("name: Halle für", 16) == 14);
}

TEST_CASE("typing in the editor is told as changes that make the bytes", "[gui][editor]") {
  YamlEditor editor;
  std::string bytes = kWindows;
  editor.SetBytes(bytes);
  QObject::connect(&editor, &YamlEditor::Typed, [&](const TextChange& c) { bytes = Applied(bytes, c); });
  editor.show();
  editor.GoTo(3, 7);
  QTest::keyClick(&editor, Qt::Key_Delete);
  QTest::keyClicks(&editor, "42");
  QTest::keyClick(&editor, Qt::Key_Return);
  QTest::keyClicks(&editor, "a: 1");
  CHECK(bytes == "\xef\xbb\xbf" "schema: 1\r\nname: Halle für zwölf\r\nseed: 42\r\na: 1\r\n");
  editor.SetBytes(kWindows);
  CHECK(editor.toPlainText() == *ShownText(kWindows));
}

TEST_CASE("problems are marked at their line", "[gui][editor]") {
  YamlEditor editor;
  editor.SetBytes("schema: 1\nseed: x\n");
  editor.SetFindings({{{"f", 2, 7}, "seed", "'x' is not a whole number"}});
  REQUIRE(editor.extraSelections().size() == 1);
  CHECK(editor.extraSelections()[0].cursor.selectedText() == "x");
}

TEST_CASE("a data sheet is found by its name and chosen", "[gui][editor]") {
  CatalogDialog dialog({"rack"}, "gb300-nvl72", nullptr);
  CHECK(dialog.chosen() == "gb300-nvl72");
  CHECK(dialog.findChild<QTextBrowser*>()->toPlainText().contains("142 kW"));
}
