// What the routes of this room share: pages, and looking at what is several clients' record.
#pragma once
#include "access/audit.hpp"
#include "access/context.hpp"
#include "api/route.hpp"
#include "reminders/list.hpp"

namespace circled::reminders {

template <class T>
api::Page<T> as_page(Listed<T> listed) {
  api::Page<T> page{std::move(listed.items), {}};
  if (listed.next) page.next = to_text(*listed.next);
  return page;
}

// The view of each client among `items` is in the audit trail, on disk, when this is over.
template <class T>
Task<Result<void>> record_views(access::Context& context, const api::Call& call, const api::Identity& who,
                                std::string_view action, const std::vector<T>& items) {
  const access::Actor viewer{who.account, call.request.id};
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0 && items[i].client == items[i - 1].client) continue;
    auto seen = co_await access::record_view(context.store, viewer, action, items[i].client, call.now);
    if (!seen) co_return seen.error();
  }
  co_return Result<void>();
}

}  // namespace circled::reminders
