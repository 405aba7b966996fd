using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerlessMcp.Planning.Cost;

/// <summary>The embedded file <c>Cost/prices.json</c>, which says of itself what it holds and from where. Immutable.</summary>
internal sealed record PriceList(
    string About, string Region, IReadOnlyDictionary<string, Price> Prices, IReadOnlyDictionary<string, IReadOnlyList<OperationCost>> Operations)
{
    /// <summary>As AWS's own estimates count.</summary>
    public const int HoursAMonth = 730;

    private static readonly Lazy<PriceList> Loaded = new(() =>
    {
        using var stream = typeof(PriceList).Assembly.GetManifestResourceStream("cost/prices.json")!;
        return JsonSerializer.Deserialize(stream, PriceJson.Default.PriceList)!;
    });

    public static PriceList Current => Loaded.Value;
}

/// <param name="What">In the singular, such as <c>NAT gateway</c>.</param>
/// <param name="Unit"><c>hour</c> or <c>month</c>.</param>
/// <param name="Source">The AWS page that has the price.</param>
/// <param name="Read">When the figure was compared with the price list.</param>
internal sealed record Price(string What, string Unit, decimal Usd, string Source, DateOnly Read)
{
    public decimal UsdAMonth => Unit == "hour" ? Usd * PriceList.HoursAMonth : Usd;
}

/// <param name="Parts">What costs while it stands; empty: nothing does.</param>
/// <param name="Given">JMESPath over <c>{param, effect}</c>; null: always.</param>
/// <param name="Usage">What else is paid for by use.</param>
internal sealed record OperationCost(IReadOnlyList<CostPart> Parts, string? Given = null, string? Usage = null);

/// <param name="Price">Its name in the list.</param>
/// <param name="Quantity">JMESPath over <c>{param, effect}</c>.</param>
internal sealed record CostPart(string Price, string Quantity);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PriceList))]
internal sealed partial class PriceJson : JsonSerializerContext;
