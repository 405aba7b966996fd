using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ServerlessMcp.Local.Verify;

/// <summary>Something to make and take back, of <c>Verify/cases.json</c>; <c>{name}</c>, <c>{account}</c>, <c>{region}</c> and <c>{partition}</c> in it are filled in.</summary>
/// <param name="Makes">In words, after "makes".</param>
/// <param name="Free">Why it costs nothing when it stands for a minute, in words.</param>
/// <param name="Source">The page that says so.</param>
/// <param name="Stages">Each a plan's steps, as <c>create_plan</c> takes them; undone one by one, the last first.</param>
/// <param name="Looks">Show what the stages make and change, and nothing else.</param>
/// <param name="Remove">Commands of the AWS CLI for what is left, without region and profile.</param>
internal sealed record VerifyCase(
    string Id,
    string Makes,
    string Free,
    string Source,
    IReadOnlyList<IReadOnlyList<JsonObject>> Stages,
    IReadOnlyList<VerifyLook> Looks,
    IReadOnlyList<string> Remove)
{
    /// <summary>Such as <c>sns:CreateTopic</c>, in run order.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Operations => [.. Stages.SelectMany(steps => steps).Select(step => $"{step["service"]}:{step["operation"]}")];

    public static IReadOnlyList<VerifyCase> All(VerifyPlace place)
    {
        using var reader = new StreamReader(typeof(VerifyCase).Assembly.GetManifestResourceStream("verify-cases.json")!);
        var text = reader.ReadToEnd()
            .Replace("{name}", place.Name, StringComparison.Ordinal)
            .Replace("{account}", place.Account, StringComparison.Ordinal)
            .Replace("{region}", place.Region, StringComparison.Ordinal)
            .Replace("{partition}", place.Partition, StringComparison.Ordinal);
        return JsonSerializer.Deserialize(text, VerifyJson.Default.IReadOnlyListVerifyCase)!;
    }
}

/// <param name="Query">JMESPath over the answer.</param>
/// <param name="Absent">Error codes that mean that nothing is there.</param>
internal sealed record VerifyLook(string Service, string Operation, JsonObject Parameters, string Query, IReadOnlyList<string>? Absent = null);

/// <param name="Name">Of everything that is made: <c>smcp-verify-</c> and eight letters and digits.</param>
internal sealed record VerifyPlace(string Name, string Account, string Region, string Partition);

/// <summary>What <c>verify --json</c> prints.</summary>
/// <param name="Ok">Everything is proven, nothing is left.</param>
/// <param name="EarlierLeft">Executions of runs before, which were killed, that could not be taken back.</param>
internal sealed record VerifyResult(
    bool Ok, string Account, string? Arn, string Region, bool Emulator, string Name, double Seconds, IReadOnlyList<VerifyCaseResult> Cases, IReadOnlyList<string> EarlierLeft);

/// <param name="Reason">Why it is not proven.</param>
/// <param name="Left">What the looks still show; null: nothing.</param>
/// <param name="Remove">Commands that take away what is left.</param>
internal sealed record VerifyCaseResult(
    string Id, IReadOnlyList<string> Operations, bool Proven, double Seconds, IReadOnlyList<string> Executions, string? Reason, string? Left, IReadOnlyList<string> Remove);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<VerifyCase>))]
[JsonSerializable(typeof(VerifyResult))]
internal sealed partial class VerifyJson : JsonSerializerContext;
