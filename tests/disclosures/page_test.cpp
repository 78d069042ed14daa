#include "disclosures/page.hpp"

#include <doctest/doctest.h>

#include "disclosures/support.hpp"

using namespace circled;
using namespace circled::disclosures;
using namespace circled::test;
using K = people::ConsentKind;

namespace {

bool has(const std::string& page, std::string_view text) { return page.find(text) != std::string::npos; }

}  // namespace

TEST_CASE("the page carries the notice, the consent's scope, and the totals with what they are out of") {
  Disclosing f;
  const auto text = page(f.drafted(), Paper::letter);
  CHECK(has(text, "42 CFR part 2 prohibits unauthorized use or disclosure of these records."));
  CHECK(has(text, "@page { size: letter;"));
  CHECK(has(page(f.drafted(), Paper::a4), "@page { size: A4;"));
  CHECK(has(text, "Draft: not to be handed out"));
  CHECK(has(text, "<dt>To</dt><dd>Dana Ortiz, probation officer</dd>"));
  CHECK(has(text, "March 1, 2026 to March 10, 2026"));
  CHECK(has(text, "Attended 3 of 5 sessions"));
  CHECK(has(text, "1 cancelled by the program, 1 not recorded yet"));
  CHECK(has(text, "1 h 45 min of 4 h 0 min"));
  CHECK(has(text, "<dt>In force</dt><dd>through June 30, 2026</dd>"));
  CHECK(has(text, "<dt>Revocable</dt><dd>at any time</dd>"));
  CHECK_FALSE(has(text, "<script"));
  CHECK_FALSE(has(text, "Phase of care"));
}

TEST_CASE("the page says what it is at each step, and never to hand out what may not be told any more") {
  Disclosing f;
  const auto approved = f.approve(f.drafted(), f.sue).value();
  CHECK(has(page(approved, Paper::a4), "Approved, and not handed out yet"));
  CHECK(has(page(approved, Paper::a4), *approved.disclosure.digest));
  CHECK(has(page(approved, Paper::a4), "March 10, 2026, 08:00 (America/New_York)"));
  const auto handed = f.hand_out(approved).value();
  CHECK(has(page(handed, Paper::a4), "Handed out March 10, 2026, 08:00"));
  REQUIRE(f.revoke(f.consent).has_value());
  CHECK(has(page(f.seen(handed.disclosure.id), Paper::a4), "Copy for the file"));
}

TEST_CASE("what people typed stands on the page as text") {
  Disclosing f;
  auto paper = Disclosing::paper({K::attendance});
  paper.recipient = "<script>alert(1)</script> & \"Co\" 'x'";
  paper.purpose = "a</style><b>";
  f.consent = f.add_consent(paper);
  const auto text = page(f.draft(f.asked({K::attendance}), f.cora).value(), Paper::a4);
  CHECK_FALSE(has(text, "<script"));
  CHECK_FALSE(has(text, "a</style>"));
  CHECK(has(text, "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Co&quot; &#39;x&#39;"));
}
