#include "base/ics_line.hpp"

#include <doctest/doctest.h>
#include <libical/ical.h>

#include <cstdlib>
#include <memory>
#include <random>

#include "support/result.hpp"

using namespace circled;

namespace {

std::string refusal_of_lines(std::string_view text) {
  const auto lines = ics::read_lines(text);
  return lines ? "none" : lines.error().fields.front().message;
}

}  // namespace

TEST_CASE("lines are unfolded, and keep the number of their first") {
  const auto lines = ics::read_lines("\xEF\xBB\xBFSUMMARY:One\r\n  long\r\n\tline\r\n\r\nuid:7\n").value();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].name == "SUMMARY");
  CHECK(lines[0].value == "One longline");
  CHECK(lines[0].number == 1);
  CHECK(lines[1].name == "UID");
  CHECK(lines[1].number == 5);
  CHECK(ics::read_lines("").value().empty());
}

TEST_CASE("parameters, also in quotes") {
  const auto lines = ics::read_lines("DTSTART;tzid=\"A:B;C\";VALUE=DATE-TIME:20260310T180000\n").value();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].parameter("TZID") == "A:B;C");
  CHECK(lines[0].parameter("VALUE") == "DATE-TIME");
  CHECK(lines[0].parameter("X") == "");
  CHECK(lines[0].value == "20260310T180000");
}

TEST_CASE("what is damaged is told with its line") {
  CHECK(refusal_of_lines("A:1\nB:2\nno colon here\n") ==
        "Line 3: there is no colon in it; every line is NAME:value.");
  CHECK(refusal_of_lines("A:1\r\n\r\nB\xff:2\n") == "Line 3: it is not UTF-8 text.");
  CHECK(refusal_of_lines("A:\xed\xa0\x80\n") == "Line 1: it is not UTF-8 text.");  // half a surrogate pair
  CHECK(refusal_of_lines("A:\xc0\xaf\n") == "Line 1: it is not UTF-8 text.");      // too long a form
  CHECK(refusal_of_lines("A:\xf4\x90\x80\x80\n") == "Line 1: it is not UTF-8 text.");
  CHECK(refusal_of_lines("A:x\x01y\n") == "Line 1: there is a control character in it.");
  CHECK(refusal_of_lines(" A:1\n") == "Line 1: it continues a line, and there is none before it.");
  CHECK(refusal_of_lines("A:1\n:2\n") == "Line 2: what stands before the colon is no name.");
  CHECK(refusal_of_lines("A;B:1\n") == "Line 1: a parameter of it is not of the form NAME=value.");
  CHECK(refusal_of_lines("A;=b:1\n") == "Line 1: a parameter of it is not of the form NAME=value.");
  // A fold inside a character is none of the writer's best, and allowed.
  CHECK(ics::read_lines("A:\xc3\r\n \xa9\r\n").value().front().value == "\xc3\xa9");
}

TEST_CASE("texts are escaped as the RFC says (§3.3.11)") {
  CHECK(ics::escaped("a,b;c\\d\ne") == "a\\,b\\;c\\\\d\\ne");
  CHECK(ics::unescaped("a\\,b\\;c\\\\d\\Ne") == "a,b;c\\d e");
  CHECK(ics::unescaped("ends with \\") == "ends with \\");
}

TEST_CASE("no line is longer than 75 octets, and none is cut inside a character") {
  std::string out;
  std::string text;
  for (int i = 0; i < 60; ++i) text += i % 3 == 0 ? "\xf0\x9f\x92\x99" : i % 3 == 1 ? "\xc3\xa9" : "x";
  ics::write_line(out, "SUMMARY", text);
  std::size_t longest = 0;
  std::string joined;
  for (std::size_t at = 0; at < out.size();) {
    const std::size_t end = out.find("\r\n", at);
    REQUIRE(end != std::string::npos);
    longest = std::max(longest, end - at);
    const std::string_view line(out.data() + at, end - at);
    const std::string_view content = at == 0 ? line : line.substr(1);
    if (at > 0) CHECK(line.front() == ' ');
    CHECK((static_cast<unsigned char>(content.front()) & 0xc0) != 0x80);
    joined += content;
    at = end + 2;
  }
  CHECK(longest <= 75);
  CHECK(longest > 70);
  CHECK(joined == "SUMMARY:" + text);
}

TEST_CASE("what we write libical reads, and the other way round") {
  std::mt19937_64 dice(20260310);
  const std::vector<std::string> pieces{
      "a", "Z", " ", ",", ";", "\\", "\n", ":", "\"", "\xc3\xa9", "\xf0\x9f\x92\x99"};
  for (int i = 0; i < 300; ++i) {
    std::string text = "x";
    for (auto n = dice() % 120; n > 0; --n) text += pieces[dice() % pieces.size()];
    text += "x";
    std::string out;
    ics::write_line(out, "BEGIN", "VEVENT");
    ics::write_line(out, "SUMMARY", ics::escaped(text));
    ics::write_line(out, "END", "VEVENT");
    const std::unique_ptr<icalcomponent, void (*)(icalcomponent*)> event(icalparser_parse_string(out.c_str()),
                                                                         icalcomponent_free);
    REQUIRE(event);
    CHECK(std::string(icalcomponent_get_summary(event.get())) == text);
    // And so do we; a line end is a blank to us.
    std::string one_line = text;
    for (char& c : one_line)
      if (c == '\n') c = ' ';
    CHECK(ics::unescaped(ics::read_lines(out).value().at(1).value) == one_line);
    // What libical writes we read.
    const std::unique_ptr<char, void (*)(void*)> theirs(icalcomponent_as_ical_string_r(event.get()),
                                                        std::free);
    CHECK(ics::unescaped(ics::read_lines(theirs.get()).value().at(1).value) == one_line);
  }
}
