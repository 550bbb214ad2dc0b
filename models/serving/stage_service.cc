#include "models/serving/stage_service.h"

#include <fmt/format.h>

#include "sim/core/diagnostics.h"

namespace headroom::serving {

const std::vector<StageService>& StageServices() {
  // Where only a p99 is published the spread is pgvector's, and the mean p99 / 1.41.
  static const std::vector<StageService> table = {
      {"milvus", 7 / 3917.0, 0.154, 7,
       "VectorDBBench 4ea18105, 10 million x 768, recall 0.9: 3917 queries/s, p99 2.4 ms (its own vendor)"},
      {"zilliz", 11 / 7385.0, 0.154, 11,
       "VectorDBBench 4ea18105, 10 million x 768, recall 0.9: 7385 queries/s, p99 2.1 ms (its own vendor)"},
      {"pinecone", 11 / 1131.0, 0.154, 11,
       "VectorDBBench 4ea18105, 10 million x 768, recall 0.9: 1131 queries/s, p99 14.1 ms (a competitor)"},
      {"qdrant", 3 / 447.0, 0.154, 3,
       "VectorDBBench 4ea18105, 10 million x 768, recall 0.9: 447 queries/s, p99 9.2 ms (a competitor)"},
      {"elasticsearch", 11 / 1452.0, 0.154, 11,
       "VectorDBBench 4ea18105, 10 million x 768, recall 0.9: 1452 queries/s, p99 10.8 ms (a competitor)"},
      {"opensearch", 12 / 1611.0, 0.154, 12,
       "VectorDBBench 4ea18105, 10 million x 768, recall 0.9: 1611 queries/s, p99 10.8 ms (a competitor)"},
      {"weaviate", 3 / 1000.0, 0.098, 3,
       "bachelor-db-benchmark ae0d81e6, 550,000 x 1024: 380 queries/s of one client, p99 3.3 ms, at most 1000"},
      {"pgvector", 1 / 370.0, 0.154, 1,
       "bachelor-db-benchmark ae0d81e6, 550,000 x 1024, HNSW: p50 2.76 ms, p99 3.95 ms, at most 370 queries/s"},
      {"chroma", 5e-3, 0.154, 10,
       "assumed: no throughput is published; 10 at once is its cloud's quota for a collection"},
      {"feast-redis", 8.93e-3, 0.238, 16,
       "feast-benchmarks, Python server, 1 row of 50 features: mean 8.93 ms, p99 15.3 ms; 16 at once assumed (cores)"},
      {"feast-dynamodb", 38e-3, 0.238, 16,
       "feast-benchmarks, Python server: mean 36 to 40 ms; spread as Redis, 16 at once assumed"},
      {"feast-datastore", 57e-3, 0.238, 16,
       "feast-benchmarks, Python server: mean 56 to 58 ms; spread as Redis, 16 at once assumed"},
      {"tecton", 10e-3, 0.99, 1000,
       "assumed: its vendor states 100,000 vectors/s and a p99 of 100 ms, no mean"},
  };
  return table;
}

const StageService& FindStageService(std::string_view name) {
  std::string known;
  for (const StageService& s : StageServices()) {
    if (name == s.name) return s;
    known += std::string(known.empty() ? "" : ", ") + s.name;
  }
  throw ConfigError(fmt::format("service is '{}'; known are {}", name, known));
}

}  // namespace headroom::serving
