#include "scenarios/read/scenario_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>

#include "sim/config/quantity_text.h"
#include "sim/config/quoted.h"

namespace headroom::scenario {
namespace {

constexpr const char* kNameLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

class Rules {
 public:
  Rules(const schema::Scenario& scenario, const config::SourceMap& places, Diagnostics* diagnostics)
      : scenario_(scenario),
        places_(places),
        diagnostics_(*diagnostics),
        complete_(diagnostics->ok()) {}

  void Check() {
    const schema::Site& site = scenario_.site();
    CheckNames("site.systems", site.systems());
    CheckNames("site.storage", site.storage());
    CheckNames("site.cost.items", site.cost().items());
    const std::vector<std::string> labels = CheckNames("workloads", scenario_.workloads());
    for (int i = 0; i < scenario_.workloads_size(); ++i) {
      CheckWorkload(scenario_.workloads(i),
                    fmt::format("workloads[{}]", labels[static_cast<std::size_t>(i)]));
    }
    CheckSheets();
    const schema::Weather& weather = site.cooling().weather();
    CheckOrder("site.cooling.weather", "wet_bulb", weather.wet_bulb(), "dry_bulb",
               weather.dry_bulb(), "degC");
    if (complete_) CheckEnd();
  }

 private:
  void Error(const std::string& path, std::string message) {
    diagnostics_.Error(places_.Find(path), path, std::move(message));
  }

  /// Names are parts of metric names and paths. Returns what each element is called in paths.
  template <class List>
  std::vector<std::string> CheckNames(const std::string& path, const List& list) {
    std::vector<std::string> labels;
    std::map<std::string, std::string> first;
    for (int i = 0; i < list.size(); ++i) {
      const std::string& name = list[i].name();
      const bool plain = name.find_first_of("[]") == std::string::npos;
      const auto [known, fresh] = first.emplace(name, fmt::format("{}[{}].name", path, name));
      labels.push_back(!name.empty() && plain && fresh ? name : std::to_string(i));
      if (name.empty()) continue;
      const std::string here = fmt::format("{}[{}].name", path, labels.back());
      if (name.front() == '.' || name.find_first_not_of(kNameLetters) != std::string::npos) {
        Error(here,
              config::Quoted(name) + " is not a name; letters, digits, - _ . may stand in it");
      } else if (!fresh) {
        Error(here, fmt::format("{} is the name of two, first on line {}", config::Quoted(name),
                                places_.Find(known->second).line));
      }
    }
    return labels;
  }

  /// `low` may not exceed `high`; `unit` is empty for plain numbers.
  void CheckOrder(const std::string& path, const char* low_key, double low, const char* high_key,
                  double high, const char* unit) {
    if (low <= high) return;
    const auto text = [&](double x) {
      return *unit ? config::FormatQuantity(x, unit) : fmt::format("{}", x);
    };
    Error(path + "." + low_key,
          fmt::format("{} is more than {}, which is {}", text(low), high_key, text(high)));
  }

  void CheckWorkload(const schema::Workload& workload, const std::string& path) {
    if (workload.has_train()) CheckTrain(workload.train(), path + ".train");
    if (workload.has_serve()) CheckServe(workload.serve(), path + ".serve");
    if (workload.has_jobs()) CheckJobs(workload.jobs(), path + ".jobs");
  }

  void CheckTrain(const schema::Train& train, const std::string& path) {
    CheckModel(train.model(), path + ".model");
    const schema::Parallelism& plan = train.parallelism();
    const auto chunks = std::uint64_t{plan.pp()} * plan.virtual_stages();
    if (train.layout_size() > 0 && static_cast<std::uint64_t>(train.layout_size()) != chunks) {
      Error(path + ".layout",
            fmt::format("{} entries for {} chunks (pp {} x virtual_stages {})", train.layout_size(),
                        chunks, plan.pp(), plan.virtual_stages()));
    }
    if (plan.pp() == 1 && !train.pipeline().empty() && train.pipeline() != "1f1b" && train.pipeline() != "interleaved-1f1b")
      Error(path + ".pipeline", fmt::format("is {}, which orders the passes of a pipeline, and parallelism.pp is 1; leave it out, or give pp",
                                            train.pipeline()));
    const bool single = train.pipeline() == "gpipe" || train.pipeline() == "1f1b";
    if (single && plan.virtual_stages() > 1) {
      Error(path + ".pipeline",
            fmt::format("{} has one chunk of layers on a rank, and virtual_stages is {}",
                        train.pipeline(), plan.virtual_stages()));
    }
  }

  /// A model without a name says its dimensions itself.
  void CheckModel(const catalog::Llm& model, const std::string& path) {
    if (model.name().empty() && complete_) {
      const bool dense = !model.has_moe() || model.moe().dense_layers() > 0;
      for (const auto& [key, there] : {std::pair{"layers", model.has_layers()},
                                       {"hidden", model.has_hidden()},
                                       {"heads", model.has_heads()},
                                       {"vocab", model.has_vocab()},
                                       {"ffn_hidden", model.has_ffn_hidden() || !dense}}) {
        if (!there) Error(path + "." + key, "this key is missing; a model without a name needs it");
      }
    }
    if (model.has_heads() && model.has_kv_heads() && model.heads() % model.kv_heads() != 0) {
      Error(path + ".kv_heads",
            fmt::format("{} does not divide heads, which is {}", model.kv_heads(), model.heads()));
    }
    if (model.has_hidden() && model.has_heads() && !model.has_head_dim() && !model.has_mla() &&
        model.hidden() % model.heads() != 0) {
      Error(path + ".heads", fmt::format("{} does not divide hidden, which is {}; write head_dim",
                                         model.heads(), model.hidden()));
    }
  }

  void CheckServe(const schema::Serve& serve, const std::string& path) {
    CheckModel(serve.model(), path + ".model");
    const schema::Replicas& replicas = serve.replicas();
    if (replicas.has_min() && replicas.has_max()) {
      CheckOrder(path + ".replicas", "min", replicas.min(), "max", replicas.max(), "");
    }
    const schema::Requests& requests = serve.requests();
    const std::string here = path + ".requests";
    for (const auto& [key, tokens] : {std::pair{"prompt_tokens", &requests.prompt_tokens()},
                                      {"output_tokens", &requests.output_tokens()}}) {
      if (!tokens->has_uniform()) continue;
      CheckOrder(here + "." + key + ".uniform", "from", tokens->uniform().from(), "to",
                 tokens->uniform().to(), "");
    }
    const bool synthetic =
        requests.has_arrival() || requests.has_prompt_tokens() || requests.has_output_tokens();
    // Traces of lengths alone take their arrivals from the scenario.
    constexpr std::string_view lengths[] = {"vidur", "token-lines", "sharegpt", "vllm-bench"};
    const bool arrives = std::find(std::begin(lengths), std::end(lengths), requests.format()) != std::end(lengths);
    if (!requests.trace().empty() &&
        ((requests.has_arrival() && !arrives) || requests.has_prompt_tokens() || requests.has_output_tokens())) {
      Error(here + ".trace",
            "requests come from a trace or are synthetic (arrival, prompt_tokens, output_tokens), "
            "not both");
    }
    if (!complete_) return;
    if (requests.trace().empty() && !synthetic) {
      Error(here, "trace is due, or arrival, prompt_tokens and output_tokens");
    } else if (requests.trace().empty()) {
      for (const auto& [key, there] : {std::pair{"arrival", requests.has_arrival()},
                                       {"prompt_tokens", requests.has_prompt_tokens()},
                                       {"output_tokens", requests.has_output_tokens()}}) {
        if (!there) Error(here + "." + key, "this key is missing; synthetic requests need it");
      }
    } else if (requests.format().empty()) {
      Error(here + ".format", "this key is missing; a trace needs it");
    }
  }

  void CheckJobs(const schema::Jobs& jobs, const std::string& path) {
    const int sources = int{!jobs.trace().empty()} + int{jobs.has_synthetic()} + int{jobs.list_size() > 0};
    if (sources > 1) Error(path, "jobs come from a trace, are synthetic or are listed; only one of these");
    if (!complete_) return;
    if (sources == 0) {
      Error(path, "trace is due, or synthetic, or list");
    } else if (!jobs.trace().empty() && jobs.format().empty()) {
      Error(path + ".format", "this key is missing; a trace needs it");
    }
  }

  void CheckSheets() {
    std::map<std::string, int> first;
    for (int i = 0; i < scenario_.catalog_size(); ++i) {
      const catalog::Sheet& sheet = scenario_.catalog(i);
      const auto* kind = sheet.GetReflection()->GetOneofFieldDescriptor(
          sheet, sheet.GetDescriptor()->FindOneofByName("kind"));
      if (kind == nullptr) continue;
      const auto& body = sheet.GetReflection()->GetMessage(sheet, kind);
      const auto* name_field = body.GetDescriptor()->FindFieldByName("name");
      const std::string name = body.GetReflection()->GetString(body, name_field);
      if (name.empty()) continue;
      const auto [known, fresh] = first.emplace(kind->name() + " " + name, i);
      if (fresh) continue;
      Error(fmt::format("catalog[{}].{}.name", i, kind->name()),
            fmt::format("a second sheet of {} {}, after catalog[{}]", kind->name(),
                        config::Quoted(name), known->second));
    }
  }

  /// Some work must be finite, or the run must have a length.
  void CheckEnd() {
    if (scenario_.run().has_duration()) return;
    for (const schema::Workload& w : scenario_.workloads()) {
      if (w.has_collective() || w.has_trace() || (w.has_train() && w.train().has_steps())) return;
      const schema::Requests& requests = w.serve().requests();
      if (w.has_serve() &&
          (!requests.has_arrival() || requests.has_count() || !requests.trace().empty()))
        return;
      if (w.has_jobs() && (!w.jobs().trace().empty() || w.jobs().list_size() > 0 || w.jobs().synthetic().has_until())) return;
    }
    Error("run.duration", scenario_.workloads_size() == 0
                              ? "this key is missing; there are no workloads to end the run"
                              : "this key is missing; no workload ends by itself");
  }

  const schema::Scenario& scenario_;
  const config::SourceMap& places_;
  Diagnostics& diagnostics_;
  const bool complete_;
};

}  // namespace

void CheckRules(const schema::Scenario& scenario, const config::SourceMap& places,
                Diagnostics* diagnostics) {
  Rules(scenario, places, diagnostics).Check();
}

}  // namespace headroom::scenario
