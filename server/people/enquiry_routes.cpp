// The routes of enquiries: asking, for anyone; what is made of it, for staff.
#include "access/once.hpp"
#include "access/throttle.hpp"
#include "base/token.hpp"
#include "base/version.hpp"
#include "people/enquiry.hpp"
#include "people/routes.hpp"

namespace circled::people {

using namespace api;

namespace {

using api::tagged;  // beside the one of this room
Reply<EnquiryKeeping> tagged(const EnquiryKeeping& keeping) {
  Reply<EnquiryKeeping> reply(keeping);
  reply.etag = digest_of(keeping);
  return reply;
}

// A row that changes one enquiry: what its body says is done to the version that was seen.
template <class T>
void add_change(Table& table, access::Context& context, std::string path, std::string summary,
                std::string_view name,
                Result<Enquiry> (*change)(Transaction&, const Identity&, const access::Actor&, EnquiryId,
                                          std::int64_t, const T&, Instant)) {
  table.post(std::move(path), std::move(summary), options::edit,
             [&context, name, change](const Call& call, const StaffMember& who,
                                      const Body<T>& body) -> Task<Result<Reply<Enquiry>>> {
               co_return co_await access::write_once(context, name, call, who, [&](Transaction& tx) {
                 return tagged(change(tx, who, access::actor_of(call, who), call.id<EnquiryId>("enquiry"),
                                      call.version(), *body, call.now));
               });
             });
}

void asking(Table& table, access::Context& context) {
  table.get("/api/v1/enquiry-sites", "The sites at which one may ask for help, in order of name",
            options::none, [&](const Call&, const Anyone&) -> Task<Result<Reply<Page<EnquirySite>>>> {
              co_return co_await context.store.read([](Snapshot& db) -> Result<Reply<Page<EnquirySite>>> {
                return Page<EnquirySite>{enquiry_sites(db), {}};
              });
            });

  // Who sends it is not looked at, also where somebody is signed in. The address is counted under the
  // server's key and written nowhere.
  table.post("/api/v1/enquiries", "Asks to be called back, for oneself or for somebody else", options::none,
             [&](const Call& call, const Anyone&,
                 const Body<NewEnquiry>& body) -> Task<Result<Reply<EnquiryThanks>>> {
               const std::string counted =
                   keyed_hash(context.key, "enquiry address " + access::address_group(call.request.remote));
               const auto ask = [&, now = call.now](Transaction& tx) -> Result<Reply<EnquiryThanks>> {
                 auto thanks = ask_for_help(tx, {{}, call.request.id}, counted, *body, now);
                 if (!thanks) return thanks.error();
                 return Reply<EnquiryThanks>(std::move(*thanks));
               };
               co_return co_await context.store.write("enquiry.ask", ask);
             });
}

void reading(Table& table, access::Context& context) {
  table.get(
      "/api/v1/enquiries", "The enquiries of a site in one state", options::record,
      [&](const Call& call, const StaffMember& who,
          const Query<EnquiryFilter>& filter) -> Task<Result<Reply<Page<EnquiryRow>>>> {
        auto found = co_await context.store.read([&](Snapshot& db) { return enquiries(db, who, *filter); });
        if (!found) co_return found.error();
        auto seen = co_await access::record_view(context.store, access::actor_of(call, who), "enquiry.list",
                                                 "site", filter->site.value_or(who.site).value, call.now);
        if (!seen) co_return seen.error();
        co_return Reply(std::move(*found));
      });

  table.get("/api/v1/enquiries/{enquiry}", "One enquiry, and what was done about it", options::record,
            [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Enquiry>>> {
              const auto id = call.id<EnquiryId>("enquiry");
              auto found = co_await context.store.read([&](Snapshot& db) { return enquiry(db, who, id); });
              if (!found) co_return found.error();
              auto seen = co_await access::record_view(context.store, access::actor_of(call, who),
                                                       "enquiry.view", "enquiry", id.value, call.now);
              if (!seen) co_return seen.error();
              co_return tagged(std::move(found));
            });
}

void keeping(Table& table, access::Context& context) {
  table.get("/api/v1/enquiry-keeping", "For how many days enquiries that ended without admission are kept",
            options::none, [&](const Call&, const StaffMember&) -> Task<Result<Reply<EnquiryKeeping>>> {
              co_return co_await context.store.read(
                  [](Snapshot& db) -> Result<Reply<EnquiryKeeping>> { return tagged(enquiry_keeping(db)); });
            });

  table.put("/api/v1/enquiry-keeping", "Sets for how many days they are kept", options::edit,
            [&](const Call& call, const Admin& who,
                const Body<EnquiryKeeping>& body) -> Task<Result<Reply<EnquiryKeeping>>> {
              co_return co_await context.store.write(
                  "enquiry_keeping.set", [&](Transaction& tx) -> Result<Reply<EnquiryKeeping>> {
                    auto set = set_enquiry_keeping(tx, access::actor_of(call, who),
                                                   call.if_match().value_or(""), *body, call.now);
                    if (!set) return set.error();
                    return tagged(*set);
                  });
            });
}

}  // namespace

void enquiry_routes(Table& table, access::Context& context) {
  asking(table, context);
  reading(table, context);
  add_change<EnquiryCall>(table, context, "/api/v1/enquiries/{enquiry}/calls", "Notes a call that was made",
                          "enquiry.call", note_call);
  add_change<EnquiryAssessment>(table, context, "/api/v1/enquiries/{enquiry}/assessment",
                                "Links the session of an assessment", "enquiry.link_assessment",
                                link_assessment);
  add_change<EnquiryDecision>(table, context, "/api/v1/enquiries/{enquiry}/decide",
                              "Says that they wait, were referred, or declined", "enquiry.decide",
                              decide_enquiry);
  add_change<EnquiryAdmission>(table, context, "/api/v1/enquiries/{enquiry}/admit",
                               "Makes a client record of an enquiry, or names one", "enquiry.admit",
                               admit_enquiry);
  keeping(table, context);
}

}  // namespace circled::people
