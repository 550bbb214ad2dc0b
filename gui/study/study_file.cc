#include "gui/study/study_file.h"

#include <fmt/format.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include "gui/commands/yaml_edit.h"
#include "gui/commands/yaml_path.h"

namespace headroom::gui {
namespace {

using config::Node;

void ReadName(const Node& node, const std::string& key, QString* out, Diagnostics* diagnostics) {
  const Node* value = node.Find(key);
  if (value == nullptr) return;
  if (!value->is_scalar()) {
    diagnostics->Error(value->place, key, "a text is due");
    return;
  }
  *out = QString::fromStdString(value->scalar);
}

}  // namespace

StudyFile ReadStudyFile(const std::string& text, const std::string& path) {
  const Node root = config::ParseYaml(text, path);
  Diagnostics diagnostics;
  StudyFile out;
  if (!root.is_map()) throw ConfigError({Finding{root.place, "", "a map of keys is due"}});
  for (const auto& [key, value] : root.entries) {
    const std::vector<std::string> known = {"schema", "name", "base", "variants"};
    if (std::find(known.begin(), known.end(), key.scalar) == known.end())
      diagnostics.Error(key.place, key.scalar,
                        "unknown key; here may stand schema, name, base, variants");
  }
  const Node* schema = root.Find("schema");
  if (schema != nullptr && schema->scalar != "1")
    diagnostics.Error(schema->place, "schema",
                      "this study was written by another version; version 1 is read");
  ReadName(root, "name", &out.title, &diagnostics);
  ReadName(root, "base", &out.base, &diagnostics);
  if (const Node* variants = root.Find("variants"); variants && variants->kind != config::Kind::kNull) {
    if (!variants->is_list()) diagnostics.Error(variants->place, "variants", "a list is due");
    for (const Node& item : variants->items) {
      if (item.is_scalar()) out.variants << QString::fromStdString(item.scalar);
      else diagnostics.Error(item.place, "variants", "the name of a file is due");
    }
  }
  diagnostics.ThrowIfErrors();
  return out;
}

std::string WriteStudyFile(const std::string& text, const StudyFile& file) {
  std::string out = text.empty() ? "schema: 1\n" : text;
  const auto set = [&](const std::string& key, const std::string& value) {
    out = Applied(out, SetValue(out, key, value));
  };
  if (!file.title.isEmpty()) set("name", ScalarText(file.title.toStdString()));
  set("base", ScalarText(file.base.toStdString()));
  std::vector<std::string> names;
  for (const QString& name : file.variants) names.push_back(ScalarText(name.toStdString()));
  set("variants", fmt::format("[{}]", fmt::join(names, ", ")));
  return out;
}

QByteArray ReadBytes(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) {
    throw IoError(fmt::format("cannot read {}: {}", path.toStdString(),
                              file.errorString().toStdString()));
  }
  return file.readAll();
}

QString WriteBytes(const QString& path, const QByteArray& bytes) {
  const auto failed = [&](const QString& why) {
    return QString("cannot write %1: %2").arg(path, why);
  };
  if (!QDir().mkpath(QFileInfo(path).path())) return failed("its folder cannot be made");
  QSaveFile file(path);
  if (!file.open(QIODevice::WriteOnly)) return failed(file.errorString());
  // Written out before commit(), which does not see that a disk took a part only.
  if (file.write(bytes) != bytes.size() || !file.flush()) return failed(file.errorString());
  return file.commit() ? QString() : failed(file.errorString());
}

}  // namespace headroom::gui
