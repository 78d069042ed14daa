// A report as a page to print: one file of HTML without scripts, good by itself wherever it is kept.
#pragma once
#include "disclosures/disclosure.hpp"

namespace circled::disclosures {

enum class Paper { a4, letter };
BOOST_DESCRIBE_ENUM(Paper, a4, letter)

// `view` has a report. The page says what it is: a draft, what is about to be handed out, what was, or, when
// the consent is no longer in force, a copy for the file. Depends on nothing but its arguments.
std::string page(const DisclosureView& view, Paper paper);

}  // namespace circled::disclosures
