#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "models/serving/stage_service.h"
#include "scenarios/build/serve_fleet.h"
#include "scenarios/build/serve_requests.h"

namespace headroom::scenario {
namespace {

constexpr const char* kAnswer = "answer";

/// The stages as the scenario lists them, then in an order in which each stands after those that it comes after.
class StageReader {
 public:
  explicit StageReader(const WorkSite& site) : site_(site), serve_(site.workload.serve()) {}

  std::vector<serving::StageParams> Read() {
    if (serve_.stages_size() > 200) site_.context.Error(site_.path + ".serve.stages", "are over 200");
    for (int i = 0; i < serve_.stages_size(); ++i) Add(i);
    if (!site_.context.diagnostics.ok()) return {};
    return WithAnswer();
  }

 private:
  struct Listed {
    serving::StageParams params;
    bool late = false;         ///< comes after the answer
    bool after_answer = false;  ///< of these, straight after it
    bool keeps = false;
  };

  void Add(int i) {
    const schema::Stage& stage = serve_.stages(i);
    path_ = fmt::format("{}.serve.stages[{}]", site_.path, i);
    Listed out;
    out.params.name = stage.name();
    if (stage.name() == kAnswer) Wrong("name", "is 'answer', which is what the request itself asks for; give another one");
    if (stage.has_generate())
      Generate(stage, out);
    else
      Serve(stage, out.params);
    if (stage.first() && stage.after_size() > 0) Wrong("first", "is given, and so is after");
    for (const std::string& name : stage.after()) {
      if (name == kAnswer) {
        out.late = out.after_answer = true;
        continue;
      }
      const auto before = std::find_if(stages_.begin(), stages_.end(), [&](const Listed& b) { return b.params.name == name; });
      if (before == stages_.end())
        Wrong("after", fmt::format("names '{}', which is neither 'answer' nor a stage listed before this one", name));
      else
        out.params.after.push_back(static_cast<std::uint32_t>(before - stages_.begin()));
    }
    if (stage.after_size() == 0 && !stage.first() && i > 0) out.params.after = {static_cast<std::uint32_t>(i - 1)};
    for (const std::uint32_t before : out.params.after) out.late = out.late || stages_[before].late;
    for (const Listed& b : stages_)
      if (b.params.name == out.params.name) Wrong("name", fmt::format("is '{}', as that of another stage", out.params.name));
    stages_.push_back(std::move(out));
  }

  void Generate(const schema::Stage& stage, Listed& out) {
    if (!stage.service().empty() || stage.has_time() || stage.has_spread() || stage.has_servers() || stage.has_vectors() ||
        stage.has_memory())
      Wrong("generate", "is given, and so is a service or its time; the replicas serve it");
    const schema::Generation& g = stage.generate();
    if (g.prompt_tokens().kind_case() == 0) return Wrong("generate.prompt_tokens", "is needed");
    if (g.output_tokens().kind_case() == 0) return Wrong("generate.output_tokens", "is needed");
    out.params.calls = true;
    out.params.prompt = TokensOf(g.prompt_tokens());
    out.params.output = TokensOf(g.output_tokens());
    out.keeps = g.context() == "keep";
  }

  void Serve(const schema::Stage& stage, serving::StageParams& p) {
    if (stage.service().empty() == !stage.has_time())
      Wrong("time", "is needed where there is no service, which has its own; give one of them");
    if (!stage.service().empty()) {
      const serving::StageService& service = serving::FindStageService(stage.service());
      p.mean = service.mean;
      p.sigma = service.sigma;
      p.servers = service.servers;
      if (std::string_view(service.source).starts_with("assumed"))
        site_.context.Warning(path_ + ".service", fmt::format("{} is {}", stage.service(), service.source));
    }
    if (stage.has_time()) p.mean = stage.time();
    if (stage.has_spread()) p.sigma = stage.spread();
    if (stage.has_servers()) p.servers = stage.servers();
    const int given = stage.has_vectors() + stage.has_dimensions() + stage.has_memory();
    if (given != 0 && given != 3) Wrong("memory", "goes with vectors and dimensions; give all three");
    if (given != 3 || stage.vectors() * stage.dimensions() * 4.0 <= stage.memory()) return;
    p.mean *= serving::StageService::kCliff;
    site_.context.Warning(path_ + ".memory",
                          fmt::format("{:.3g} GB of vectors do not fit into {:.3g} GB: each search takes {:.0f} times as long",
                                      stage.vectors() * stage.dimensions() * 4e-9, stage.memory() * 1e-9,
                                      serving::StageService::kCliff));
  }

  std::vector<serving::StageParams> WithAnswer() const {
    std::vector<serving::StageParams> out;
    const bool plain = std::none_of(stages_.begin(), stages_.end(), [](const Listed& l) { return l.late || l.params.calls; });
    std::vector<std::uint32_t> place(stages_.size());
    const auto put = [&](bool late) {
      for (std::size_t i = 0; i < stages_.size(); ++i) {
        if (stages_[i].late != late) continue;
        serving::StageParams p = stages_[i].params;
        for (std::uint32_t& before : p.after) before = place[before];
        if (stages_[i].after_answer) p.after.push_back(answer_place());
        place[i] = static_cast<std::uint32_t>(out.size());
        if (stages_[i].keeps) p.context = LastCall(out, p.after);
        out.push_back(std::move(p));
      }
    };
    put(false);
    if (plain) return out;
    serving::StageParams answer;
    answer.name = kAnswer;
    answer.calls = answer.answer = true;
    for (std::uint32_t i = 0; i < out.size(); ++i) answer.after.push_back(i);
    out.push_back(std::move(answer));
    put(true);
    return out;
  }
  std::uint32_t answer_place() const {
    return static_cast<std::uint32_t>(std::count_if(stages_.begin(), stages_.end(), [](const Listed& l) { return !l.late; }));
  }
  /// The last call among these stages and all that they come after.
  static std::optional<std::uint32_t> LastCall(const std::vector<serving::StageParams>& stages, const std::vector<std::uint32_t>& after) {
    std::optional<std::uint32_t> last;
    for (const std::uint32_t b : after) {
      const std::optional<std::uint32_t> found = stages[b].calls ? b : LastCall(stages, stages[b].after);
      if (found && (!last || *found > *last)) last = found;
    }
    return last;
  }

  void Wrong(const char* key, const std::string& text) const { site_.context.Error(path_ + "." + key, text); }

  const WorkSite& site_;
  const schema::Serve& serve_;
  std::string path_;
  std::vector<Listed> stages_;
};

}  // namespace

std::vector<serving::StageParams> StagesOf(const WorkSite& site) { return StageReader(site).Read(); }

}  // namespace headroom::scenario
