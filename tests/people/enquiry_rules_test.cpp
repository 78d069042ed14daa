#include "people/enquiry_rules.hpp"

#include <doctest/doctest.h>

using namespace circled;
using namespace circled::people;

TEST_CASE("what people write for a telephone number is one, and what nobody can dial is none") {
  for (const char* good :
       {"555 0100", "(555) 010-0123", "+1 555.010.0123", "+49 (0)30/1234567", " 5550100123 ", "555-0100 x 12",
        "5550100 ext. 7", "555 0100 Ext123456", "5550100 extension 4", "5550100#99"}) {
    CAPTURE(std::string(good));
    CHECK(rules::is_phone_number(good));
  }
  for (const char* bad :
       {"", " ", "none", "555010", "1234567890123456", "call me", "555 0100 or 555 0101", "5550100x",
        "5550100 x12345678", "5550100 x1a", "55+50100", "555 0100;ext=1", "５５５０１００", "555\n0100"}) {
    CAPTURE(std::string(bad));
    CHECK_FALSE(rules::is_phone_number(bad));
  }
}

TEST_CASE("an enquiry says all that is wrong with it at once") {
  NewEnquiry wanted{Whom::oneself, {"none"}, {" \t"}, false, {}, {}};
  const auto errors = rules::check(wanted);
  REQUIRE(errors.size() == 2);
  CHECK(errors[0].pointer == "/number");
  CHECK(errors[1].pointer == "/ask_for");
  wanted.number = Text<1, 40>("555 0100");
  wanted.ask_for = Text<1, 100>("Maria");
  CHECK(rules::check(wanted).empty());
}

TEST_CASE("an enquiry goes where the arrows point") {
  using S = EnquiryState;
  const S all[] = {S::open, S::waiting, S::admitted, S::referred, S::declined};
  const std::pair<S, S> arrows[] = {
      {S::open, S::waiting},     {S::open, S::admitted},    {S::open, S::referred},   {S::open, S::declined},
      {S::waiting, S::admitted}, {S::waiting, S::referred}, {S::waiting, S::declined}};
  for (const S from : all)
    for (const S to : all) {
      CAPTURE(json::enum_name(from));
      CAPTURE(json::enum_name(to));
      CHECK(rules::may_become(from, to) ==
            (std::find(std::begin(arrows), std::end(arrows), std::pair(from, to)) != std::end(arrows)));
    }
}

TEST_CASE("five enquiries from one address are free, and nobody waits longer than a quarter of an hour") {
  const auto& patience = rules::per_enquiring_address;
  CHECK(access::wait_after(patience, 5) == Seconds(0));
  CHECK(access::wait_after(patience, 6) == Seconds(60));
  CHECK(access::wait_after(patience, 7) == Seconds(120));
  CHECK(access::wait_after(patience, 1000) == Seconds(900));
}
