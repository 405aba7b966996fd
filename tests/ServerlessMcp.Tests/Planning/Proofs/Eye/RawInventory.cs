using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.AwsApi.Jmes;

namespace ServerlessMcp.Tests.Planning.Proofs.Eye;

/// <summary>A service's things as <see cref="RawAws"/> sees them.</summary>
/// <param name="signedAs">The service's name in signatures, such as <c>logs</c>.</param>
internal sealed partial class RawInventory(RawAws aws, string service, string signedAs, params RawListing[] listings) : IInventoryPart
{
    public string Service => service;

    public async Task AddAsync(InventoryLines lines, CancellationToken cancellationToken)
    {
        foreach (var listing in listings)
        {
            await AddAsync(lines, listing, new JsonObject(), "", cancellationToken);
        }
    }

    private async Task AddAsync(InventoryLines lines, RawListing listing, JsonNode parent, string under, CancellationToken cancellationToken)
    {
        var answer = await aws.AskAsync(signedAs, Filled(listing.Request, parent), cancellationToken);
        var found = answer is null ? null : JmesExpression.Parse(listing.Items).Search(answer);
        if (found is not JsonArray items)
        {
            var isNothing = found is null || (found is JsonObject { Count: 1 } only && only["value"] is null);
            if (under.Length > 0 && !isNothing)
            {
                lines.AddNode($"{under}/{listing.Kind}", found);
            }

            return;
        }

        foreach (var item in items)
        {
            var name = JmesExpression.Parse(listing.Name).Search(item)!.ToString().Replace('/', '|');
            var path = under.Length == 0 ? $"{service}:{listing.Kind}/{name}" : $"{under}/{listing.Kind}/{name}";
            lines.AddNode(path, item);
            var context = new JsonObject { ["up"] = parent.DeepClone(), ["it"] = item!.DeepClone() };
            foreach (var detail in listing.Details)
            {
                await AddAsync(lines, detail, context, path, cancellationToken);
            }
        }
    }

    private static string Filled(string request, JsonNode parent) => Placeholder().Replace(request, match =>
    {
        var text = JmesExpression.Parse(match.Groups["up"].Success ? $"up.it.{match.Groups["path"].Value}" : $"it.{match.Groups["path"].Value}").Search(parent)?.ToString() ?? "";
        // An id of Route 53 is a path already.
        return request.EndsWith('}') || text.StartsWith('/') ? text : Uri.EscapeDataString(text);
    });

    [GeneratedRegex(@"<(?<up>\.\./)?(?<path>[^<>]+)>")]
    private static partial Regex Placeholder();
}

/// <param name="Request">As <see cref="RawAws"/> takes it; <c>&lt;JMESPath&gt;</c> is filled in from the item above, <c>&lt;../JMESPath&gt;</c> from the one above that.</param>
/// <param name="Items">JMESPath over the answer; what is no list is one thing.</param>
/// <param name="Name">JMESPath over an item.</param>
/// <param name="Details">What is asked for each item.</param>
internal sealed record RawListing(string Kind, string Request, string Items, string Name, params RawListing[] Details);
