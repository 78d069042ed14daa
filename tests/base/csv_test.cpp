#include "base/csv.hpp"

#include <doctest/doctest.h>

using namespace circled;

namespace {

enum class Mood { good, bad };
BOOST_DESCRIBE_ENUM(Mood, good, bad)

struct Visit {
  SessionId session;
  std::string name;
  std::optional<Minutes> minutes;
  Mood mood;
  bool late;
  Instant at;
  Date on;
};
BOOST_DESCRIBE_STRUCT(Visit, (), (session, name, minutes, mood, late, at, on))

std::string cell(std::string_view text) {
  std::string out;
  csv::put_text(out, text);
  return out;
}

}  // namespace

TEST_CASE("a struct is a line of names and a line of values") {
  std::string out;
  csv::put_header<Visit>(out);
  csv::put_row(out, Visit{SessionId(41), "Ana", Minutes(78), Mood::bad, true, from_millis(1'772'578'800'000),
                          Date{std::chrono::days(20'515)}});
  csv::put_row(out, Visit{SessionId(42), "", {}, Mood::good, false, from_millis(0), Date{}});
  CHECK(out ==
        "session,name,minutes,mood,late,at,on\r\n"
        "41,Ana,78,bad,true,2026-03-03T23:00:00Z,2026-03-03\r\n"
        "42,,,good,false,1970-01-01T00:00:00Z,1970-01-01\r\n");
}

TEST_CASE("commas, quotes and line ends are quoted as RFC 4180 says") {
  CHECK(cell("Alvarez, Ana") == "\"Alvarez, Ana\"");
  CHECK(cell("\"Annie\"") == "\"\"\"Annie\"\"\"");
  CHECK(cell("a\nb") == "\"a\nb\"");
  CHECK(cell("Zo\xc3\xab O'Neill") == "Zo\xc3\xab O'Neill");
}

TEST_CASE("nothing that somebody typed becomes a formula") {
  CHECK(cell("=1+1") == "'=1+1");
  CHECK(cell("+49 30") == "'+49 30");
  CHECK(cell("-2") == "'-2");
  CHECK(cell("@SUM(A1)") == "'@SUM(A1)");
  CHECK(cell("\t=1") == "'\t=1");
  CHECK(cell("=HYPERLINK(\"http://x\",\"y\")") == "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
  CHECK(cell("a=1") == "a=1");
  // A number is no text: it keeps its sign.
  std::string out;
  csv::put_value(out, std::int64_t{-2});
  CHECK(out == "-2");
}
