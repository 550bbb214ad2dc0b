#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

#include "models/storage/data_feed.h"
#include "tests/validation/scheduling/shared_table.h"

namespace headroom::validation {
namespace {

/// Clients that the name of a system states ("4-Nodes-5-Hosts", "30clients", "Nclient3", "1-client"); 0 where it states none.
int ClientsOf(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const char* word : {"client", "host"})
    for (std::size_t at = name.find(word); at != name.npos; at = name.find(word, at + 1)) {
      std::size_t after = at + std::string(word).size();
      if (after < name.size() && std::isdigit(static_cast<unsigned char>(name[after]))) return std::stoi(name.substr(after));
      std::size_t before = at;
      while (before > 0 && (std::isalpha(static_cast<unsigned char>(name[before - 1])) || name[before - 1] == '-' || name[before - 1] == '_')) --before;
      std::size_t first = before;
      while (first > 0 && std::isdigit(static_cast<unsigned char>(name[first - 1]))) --first;
      // 3xStorageNode_AMDHost has no number of hosts.
      if (first < before && name[before] != 'x') return std::stoi(name.substr(first, before - first));
    }
  return 0;
}

/// Samples, batches and compute times of the benchmark's own configurations, and the share for which its rules want accelerators busy.
struct Rules {
  double sample, batch, h100, a100, busy;
};
const std::map<std::string, Rules> kRules = {{"unet3d", {146.6e6, 7, 0.323, 0.636, 0.9}},
                                             {"resnet50", {114660, 400, 0.224, 0.435, 0.9}},
                                             {"cosmoflow", {2.828e6, 1, 0.0035, 0.00551, 0.7}}};

}  // namespace

TEST_CASE("MLPerf Storage v1.0 rows that state their clients are met within 15 % at the median", "[validation][storage]") {
  const auto table = SharedTable::Read("mlperf_storage_v1_0_results.csv");
  if (!table) return;
  std::map<std::string, std::vector<double>> errors;
  std::vector<double> all;
  for (std::size_t row = 0; row < table->size(); ++row) {
    if (ClientsOf(table->text(row, "system")) == 0) continue;
    const std::string& model = table->text(row, "model");
    const Rules& r = kRules.at(model);
    const storage::DataFeed feed{r.sample, r.batch, table->text(row, "accelerator") == "h100" ? r.h100 : r.a100};
    // No row states what its clients or its store can do: only the demand and the rules hold it.
    const double mib = storage::FeedRate(feed, table->number(row, "num_accelerators"), r.busy, 1, 1e30, 1e30) / 1048576.0;
    const double error = mib / table->number(row, "throughput_MiB_s") - 1.0;
    errors[model].push_back(std::abs(error));
    all.push_back(std::abs(error));
  }
  REQUIRE(all.size() > 60);
  const auto median = [](std::vector<double> v) {
    std::sort(v.begin(), v.end());
    return v[v.size() / 2];
  };
  for (const auto& [model, list] : errors) {
    fmt::print("MLPerf Storage {}: {} rows, error at the median {:.1f} %, largest {:.1f} %\n", model, list.size(), 100 * median(list),
               100 * *std::max_element(list.begin(), list.end()));
    CHECK(median(list) < 0.15);
  }
  CHECK(median(all) < 0.15);
}

TEST_CASE("clients are read from names as submitters write them", "[validation][storage]") {
  CHECK(ClientsOf("1-client-amd-nvme-tcp-dpu") == 1);
  CHECK(ClientsOf("AI400X2T_24x14TiB_nvme_8xNDR200_30clients") == 30);
  CHECK(ClientsOf("F8000X_8x7000GiB_nvme_2xHDR200_Nclient3") == 3);
  CHECK(ClientsOf("Nutanix-Unified-Storage-4-Nodes-5-Hosts-cosmoflow-a100") == 5);
  CHECK(ClientsOf("Lightbits-6-IceLake-Clients-3-SappRapid-target") == 6);
  CHECK(ClientsOf("AS13000_16x7.68TiB_NVMe_4xNDR400_3xStorageNode_AMDHost") == 0);
  CHECK(ClientsOf("Micron_9550_Gen5_Performance_NVMe") == 0);
}

}  // namespace headroom::validation
