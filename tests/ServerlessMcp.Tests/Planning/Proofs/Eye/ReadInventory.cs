using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Jmes;

namespace ServerlessMcp.Tests.Planning.Proofs.Eye;

/// <summary>A service for which there is no AWS package here: what its lists name, each with its details, read by the product's client.</summary>
internal sealed class ReadInventory(string service, IAwsReads reads, AwsTarget target, params Listing[] listings) : IInventoryPart
{
    public string Service => service;

    public async Task AddAsync(InventoryLines lines, CancellationToken cancellationToken)
    {
        foreach (var listing in listings)
        {
            var parameters = JsonNode.Parse(listing.Parameters)!.AsObject();
            await foreach (var page in reads.PagesAsync(target, service, listing.Operation, parameters, 20, cancellationToken))
            {
                foreach (var item in JmesExpression.Parse(listing.Items).Search(page.Output) as JsonArray ?? [])
                {
                    await AddAsync(lines, listing, item!, cancellationToken);
                }
            }
        }
    }

    private async Task AddAsync(InventoryLines lines, Listing listing, JsonNode item, CancellationToken cancellationToken)
    {
        var name = Text(listing.Name, item);
        var path = $"{service}:{listing.Kind}/{name.Replace('/', '|')}";
        lines.AddNode(path, listing.Shown is null ? item : JmesExpression.Parse(listing.Shown).Search(item));
        foreach (var detail in listing.Details)
        {
            var parameters = new JsonObject(detail.Parameters.Select(one => KeyValuePair.Create(one.Key, JmesExpression.Parse(one.Value).Search(item)?.DeepClone())));
            lines.AddNode($"{path}/{detail.Member}", await DetailAsync(detail, parameters, cancellationToken));
        }
    }

    private async Task<JsonNode?> DetailAsync(Detail detail, JsonObject parameters, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await reads.ReadAsync(target, service, detail.Operation, parameters, cancellationToken);
            return JmesExpression.Parse(detail.Select).Search(answer.Output);
        }
        catch (AwsCallException none) when (detail.Absent.Contains(none.Code))
        {
            return null;
        }
    }

    private static string Text(string expression, JsonNode item) => JmesExpression.Parse(expression).Search(item)!.ToString();
}

/// <param name="Items">JMESPath over a page.</param>
/// <param name="Name">JMESPath over an item.</param>
internal sealed record Listing(string Kind, string Operation, string Items, string Name, params Detail[] Details)
{
    /// <summary>JSON.</summary>
    public string Parameters { get; init; } = "{}";

    /// <summary>JMESPath over an item: what of it counts, if not all.</summary>
    public string? Shown { get; init; }
}

/// <param name="Parameters">Each a JMESPath over the item.</param>
/// <param name="Select">JMESPath over the answer.</param>
internal sealed record Detail(string Member, string Operation, Dictionary<string, string> Parameters, string Select = "@")
{
    /// <summary>Error codes that mean: not set.</summary>
    public string[] Absent { get; init; } = [];
}
