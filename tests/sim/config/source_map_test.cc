#include "sim/config/source_map.h"

#include <catch2/catch.hpp>

using namespace headroom;
using namespace headroom::config;

TEST_CASE("a path that was not written has the place of its nearest ancestor", "[source]") {
  SourceMap places;
  places.Add("", {"a.yaml", 1, 1});
  places.Add("w", {"a.yaml", 2, 1});
  places.Add("w[a.b]", {"a.yaml", 3, 1});
  places.Add("w[a.b].c", {"a.yaml", 4, 1});
  CHECK(places.Find("w[a.b].c").line == 4);
  CHECK(places.Find("w[a.b].c.d.e").line == 4);
  CHECK(places.Find("w[a.b].x").line == 3);
  CHECK(places.Find("w[b.c].x").line == 2);
  CHECK(places.Find("x.y").line == 1);
  CHECK(places.Find("").line == 1);
  CHECK(SourceMap().Find("x.y").line == 0);
}

TEST_CASE("written paths are told from defaults, and the first place is kept", "[source]") {
  SourceMap places;
  places.Add("a.b", {"a.yaml", 1, 1});
  places.Add("a.b", {"a.yaml", 9, 1});
  CHECK(places.Written("a.b"));
  CHECK_FALSE(places.Written("a"));
  CHECK(places.Find("a.b").line == 1);
}
