using System.Text.Json.Serialization;

namespace ServerlessMcp.Local.Demo;

/// <summary>What <c>demo --json</c> prints.</summary>
/// <param name="ReadySeconds">From the program's start to the first scene's.</param>
internal sealed record DemoResult(bool Ok, double FirstLineSeconds, double ReadySeconds, double Seconds, IReadOnlyList<SceneResult> Scenes, string? Problem);

/// <param name="Status">Of the scene's last execution.</param>
/// <param name="Before">Resources in the inventory.</param>
/// <param name="Problem">Why it did not hold.</param>
internal sealed record SceneResult(
    int Number, string Title, bool Ok, double Seconds, string? ExecutionId, string? Status, int Before, int After, bool InventoryEqual, string? Problem);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(DemoResult))]
internal sealed partial class DemoJson : JsonSerializerContext;
