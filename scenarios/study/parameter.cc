#include "scenarios/study/parameter.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cmath>
#include <limits>
#include <set>

#include "models/catalog/sheet_text.h"
#include "models/serving/engine_preset.h"
#include "sim/config/options_of.h"
#include "sim/config/quantity_text.h"
#include "sim/core/diagnostics.h"

namespace headroom::study {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Where a path ends.
struct Spot {
  Message* message = nullptr;
  const FieldDescriptor* field = nullptr;
};

const FieldDescriptor* FieldOf(const Message& message, const std::string& name) {
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i)
    if (message.GetDescriptor()->field(i)->name() == name) return message.GetDescriptor()->field(i);
  return nullptr;
}

/// The element of a list whose name, precision, or index is `label`.
int ElementOf(const Message& message, const FieldDescriptor* field, const std::string& label) {
  const auto* reflection = message.GetReflection();
  const int size = reflection->FieldSize(message, field);
  for (int i = 0; i < size; ++i) {
    const Message& item = reflection->GetRepeatedMessage(message, field, i);
    for (const char* key : {"name", "precision"})
      if (const FieldDescriptor* f = FieldOf(item, key);
          f && !f->is_repeated() && f->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
          item.GetReflection()->GetString(item, f) == label)
        return i;
  }
  for (int i = 0; i < size; ++i)
    if (std::to_string(i) == label) return i;
  return -1;
}

/// `a.b[c].d` below `root`; nothing where it leads nowhere.
Spot Find(Message* root, const std::string& path) {
  Message* at = root;
  std::size_t from = 0;
  while (true) {
    std::size_t end = from;
    for (int depth = 0; end < path.size() && (depth > 0 || path[end] != '.'); ++end)
      depth += path[end] == '[' ? 1 : path[end] == ']' ? -1 : 0;
    std::string key = path.substr(from, end - from), label;
    if (const auto open = key.find('['); open != std::string::npos) {
      label = key.substr(open + 1, key.size() - open - 2);
      key.resize(open);
    }
    const FieldDescriptor* field = FieldOf(*at, key);
    if (!field) return {};
    const bool last = end >= path.size();
    const bool message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (last) return message || field->is_repeated() ? Spot{} : Spot{at, field};
    if (!message) return {};
    const auto* reflection = at->GetReflection();
    if (field->is_repeated()) {
      const int index = ElementOf(*at, field, label);
      if (index < 0) return {};
      at = reflection->MutableRepeatedMessage(at, field, index);
    } else {
      if (!reflection->HasField(*at, field)) return {};
      at = reflection->MutableMessage(at, field);
    }
    from = end + 1;
  }
}

double Get(const Spot& s) {
  return s.message->GetReflection()->GetDouble(*s.message, s.field);
}

bool IsNumber(const Spot& s) {
  return s.field && s.field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE &&
         s.message->GetReflection()->HasField(*s.message, s.field);
}

double BoundOf(const std::string& text, const std::string& unit, double none) {
  if (text.empty()) return none;
  const auto read = unit.empty() ? config::ParseNumber(text) : config::ParseQuantity(text, unit);
  return read.ok() ? read.value : none;
}

void Describe(const Spot& s, Parameter* p) {
  const config::Field& options = config::OptionsOf(*s.field);
  p->value = Get(s);
  p->unit = options.unit();
  p->help = options.help();
  p->low = BoundOf(options.min().empty() ? options.above() : options.min(), p->unit, -kInfinity);
  p->high = BoundOf(options.max(), p->unit, kInfinity);
}

Message* BodyOf(catalog::Sheet* sheet, const std::string& kind) {
  const FieldDescriptor* field = FieldOf(*sheet, kind);
  return field ? sheet->GetReflection()->MutableMessage(sheet, field) : nullptr;
}

/// The source of the nearest path at or above `path`.
std::string SourceOf(const catalog::Sheet& sheet, std::string path) {
  std::string plain;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '[') i = path.find(']', i);
    else plain += path[i];
  }
  for (std::string at : {path, plain})
    while (!at.empty()) {
      if (const auto found = sheet.sources().find(at); found != sheet.sources().end()) return found->second;
      const auto dot = at.rfind('.');
      at = dot == std::string::npos ? "" : at.substr(0, dot);
    }
  const auto rest = sheet.sources().find("*");
  return rest != sheet.sources().end() ? rest->second : "the schema's default";
}

std::string ConfidenceOf(const Message& body) {
  const FieldDescriptor* f = FieldOf(body, "confidence");
  return f ? body.GetReflection()->GetString(body, f) : "";
}

void Collect(Message* at, const std::string& below, const Parameter& sheet, const catalog::Sheet& whole,
             std::vector<Parameter>* out) {
  const auto* reflection = at->GetReflection();
  for (int i = 0; i < at->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* f = at->GetDescriptor()->field(i);
    const std::string path = below.empty() ? f->name() : below + "." + f->name();
    if (f->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (f->is_repeated()) {
        for (int k = 0; k < reflection->FieldSize(*at, f); ++k) {
          Message* item = reflection->MutableRepeatedMessage(at, f, k);
          const FieldDescriptor* precision = FieldOf(*item, "precision");
          const std::string label =
              precision ? item->GetReflection()->GetString(*item, precision) : std::to_string(k);
          Collect(item, fmt::format("{}[{}]", path, label), sheet, whole, out);
        }
      } else if (reflection->HasField(*at, f)) {
        Collect(reflection->MutableMessage(at, f), path, sheet, whole, out);
      }
      continue;
    }
    const Spot spot{at, f};
    if (f->is_repeated() || !IsNumber(spot) || Get(spot) == 0.0) continue;
    Parameter p = sheet;
    p.path = path;
    p.text = fmt::format("{}/{}:{}", p.kind, p.name, path);
    p.source = SourceOf(whole, path);
    Describe(spot, &p);
    out->push_back(p);
  }
}

void AddSheet(const catalog::Library& library, const std::string& kind, const std::string& name,
              std::set<std::string>* seen, std::vector<Parameter>* out) {
  if (name.empty() || !library.Has(kind, name) || !seen->insert(kind + "/" + name).second) return;
  catalog::Sheet sheet = library.sheet(kind, name);
  Message* body = BodyOf(&sheet, kind);
  Parameter p;
  p.kind = kind;
  p.name = name;
  p.confidence = ConfidenceOf(*body);
  Collect(body, "", p, sheet, out);
}

}  // namespace

Parameter FindParameter(const scenario::Prepared& prepared, const std::string& text) {
  Parameter p;
  p.text = text;
  const auto slash = text.find('/'), colon = text.find(':');
  if (slash != std::string::npos && colon != std::string::npos && slash < colon) {
    p.kind = text.substr(0, slash);
    p.name = text.substr(slash + 1, colon - slash - 1);
    p.path = text.substr(colon + 1);
    catalog::Sheet sheet = prepared.library.sheet(p.kind, p.name);
    Message* body = BodyOf(&sheet, p.kind);
    const Spot spot = body ? Find(body, p.path) : Spot{};
    if (!IsNumber(spot)) throw ConfigError(fmt::format("{}: the sheet sets no number of that path", text));
    p.confidence = ConfidenceOf(*body);
    p.source = SourceOf(sheet, p.path);
    Describe(spot, &p);
    return p;
  }
  p.path = text;
  p.source = "the scenario";
  schema::Scenario scenario = prepared.loaded.scenario;
  const Spot spot = Find(&scenario, text);
  if (!IsNumber(spot))
    throw ConfigError(fmt::format("{}: the scenario sets no number of that path; KIND/NAME:PATH names one of a data sheet",
                                  text));
  Describe(spot, &p);
  return p;
}

scenario::Prepared With(const scenario::Prepared& prepared, const std::vector<Parameter>& parameters,
                        const std::vector<double>& values) {
  scenario::Prepared out = prepared;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& p = parameters[i];
    if (p.kind.empty()) {
      const Spot spot = Find(&out.loaded.scenario, p.path);
      spot.message->GetReflection()->SetDouble(spot.message, spot.field, values[i]);
      continue;
    }
    catalog::Sheet sheet = out.library.sheet(p.kind, p.name);
    const Spot spot = Find(BodyOf(&sheet, p.kind), p.path);
    spot.message->GetReflection()->SetDouble(spot.message, spot.field, values[i]);
    out.library.Add(sheet);
  }
  return out;
}

std::vector<Parameter> SheetParameters(const scenario::Prepared& prepared) {
  std::vector<Parameter> out;
  std::set<std::string> seen;
  const catalog::Library& library = prepared.library;
  const schema::Site& site = prepared.loaded.scenario.site();
  const auto add = [&](const char* kind, const std::string& name) { AddSheet(library, kind, name, &seen, &out); };
  for (const schema::System& s : site.systems()) {
    std::string node = s.type();
    if (library.Has("rack", s.type())) {
      add("rack", s.type());
      node = library.rack(s.type()).node();
    }
    add("node", node);
    const std::string chip = library.node(node).accelerator();
    if (chip.empty()) continue;
    add("accelerator", chip);
    for (const schema::Workload& w : prepared.loaded.scenario.workloads()) {
      if (w.has_serve()) {
        const std::string stack = w.serve().stack().empty() ? serving::KernelStackOf(w.serve().engine()) : w.serve().stack();
        add("kernels", library.KernelsFor(library.accelerator(chip), stack).name());
      } else if (w.has_train()) {
        add("kernels", library.KernelsFor(library.accelerator(chip), "transformer-engine").name());
        add("kernels", library.KernelsFor(library.accelerator(chip)).name());
      }
    }
  }
  const schema::PowerChain& power = site.power();
  add("conversion", power.transformer());
  if (power.ups().topology() != "none") add("conversion", "ups-" + power.ups().topology());
  add("conversion", power.pdu());
  add("conversion", power.rectifier());
  add("cdu", site.cooling().cdu().type());
  add("tower", site.cooling().liquid().type());
  add("chiller", site.cooling().air().type());
  for (const schema::Storage& s : site.storage()) add("storage", s.type());
  if (site.has_failures()) add("failures", site.failures().rates());
  return out;
}

std::string ValueText(const Parameter& p, double value) {
  const double rounded = std::stod(fmt::format("{:.5g}", value));
  return p.unit.empty() ? fmt::format("{:.5g}", value) : config::FormatQuantity(rounded, p.unit);
}

}  // namespace headroom::study
