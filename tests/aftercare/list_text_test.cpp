#include "aftercare/list_text.hpp"

#include <doctest/doctest.h>

using namespace circled::aftercare;

TEST_CASE("text from a list becomes one clean line") {
  struct Row {
    const char* given;
    std::size_t max;
    const char* wanted;
  };
  const Row rows[] = {
      {"  Women  Do\r\n\tRecover ", 100, "Women Do Recover"},
      {"Clean Machine ", 100, "Clean Machine"},
      {"Btwn 5th & 6th Aves", 100, "Btwn 5th & 6th Aves"},
      {"Rock &amp; Roll", 100, "Rock & Roll"},
      {"&amp;lt;", 100, "&lt;"},  // decoded once
      {"Women&#8217;s &#x41;&quot;", 100, "Women\u2019s A\""},
      {"&nosuch; & &; &#xD800;", 100, "&nosuch; & &; &#xD800;"},
      {"<p>Side<br/>door</p>", 100, "Side door"},
      {"I <3 this", 100, "I <3 this"},
      {"a\u200bb\u202ec\u0007d\u0085e", 100, "abcd e"},
      {"\u00a0Ensue\u00f1o\u3000", 100, "Ensue\u00f1o"},
      {"abc def", 4, "abc"},  // no blank at the end, no half word slipped in
      {"\u00e9\u00e9\u00e9", 2, "\u00e9\u00e9"},
      {"", 10, ""},
      {" \t ", 10, ""},
  };
  for (const auto& row : rows) CHECK(clean(row.given, row.max) == row.wanted);
}

TEST_CASE("only http and https become links") {
  CHECK(clean_url("  https://us02web.zoom.us/j/1?pwd=x&y=2 ") == "https://us02web.zoom.us/j/1?pwd=x&y=2");
  CHECK(clean_url("HTTP://example.org") == "HTTP://example.org");
  CHECK(clean_url("javascript:alert(1)").empty());
  CHECK(clean_url("ftp://example.org").empty());
  CHECK(clean_url("https://").empty());
  CHECK(clean_url("https://a b").empty());
  CHECK(clean_url("https://example.org/\"onclick=\"").empty());
  CHECK(clean_url("https://example.org/" + std::string(490, 'x')).empty());
}

TEST_CASE("text is folded for search") {
  CHECK(fold("Dream Team Equipo de ENSUE\u00d1O") == "dream team equipo de ensueno");
  CHECK(fold("Stra\u00dfe \u0141\u00f3d\u017a \u00c6r\u00f8") == "strasse lodz aero");
  CHECK(fold("e\u0301") == "e");  // decomposed
  CHECK(fold("Women's Women\u2019s") == "womens womens");
  CHECK(fold("\u0423\u041a\u0420\u0410\u0407\u041d\u0410") == "\u0443\u043a\u0440\u0430\u0457\u043d\u0430");
  CHECK(fold("T.G.I.F. 100%_") == "t.g.i.f. 100%_");
}

TEST_CASE("bytes that are not UTF-8 are found") {
  CHECK_FALSE(first_invalid_utf8("caf\u00e9 \U0001F600"));
  CHECK(first_invalid_utf8("caf\xe9") == 3);           // Latin-1
  CHECK(first_invalid_utf8("\xc0\xaf") == 0);          // overlong
  CHECK(first_invalid_utf8("a\xed\xa0\x80") == 1);     // a surrogate
  CHECK(first_invalid_utf8("\xf4\x90\x80\x80") == 0);  // past U+10FFFF
  CHECK(first_invalid_utf8("ab\xe2\x82") == 2);        // cut off
}
