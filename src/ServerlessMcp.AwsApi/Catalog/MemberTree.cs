using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Catalog;

/// <summary>Turns shapes, which may hold themselves, into members as deep as asked for.</summary>
internal static class MemberTree
{
    /// <param name="shape">Number of a structure; -1 for none.</param>
    public static IReadOnlyList<AwsMember> Of(ServiceModel model, int shape, int depth) =>
        shape < 0 || depth <= 0 ? [] : [.. model.ShapeAt(shape).Members.Select(member => Of(model, member, depth))];

    private static AwsMember Of(ServiceModel model, Member member, int depth)
    {
        var inner = Innermost(model, member);
        return new(
            member.Name,
            TypeOf(model, member),
            member.IsRequired && !member.IsIdempotencyToken,
            member.Documentation,
            inner.Enum >= 0 ? model.EnumAt(inner.Enum).Values : member.Enum >= 0 ? model.EnumAt(member.Enum).Values : [],
            inner.IsStructure ? Of(model, inner.Shape, depth - 1) : [])
        {
            IsSensitive = member.IsSensitive,
        };
    }

    /// <summary>What the lists and maps of the member hold in the end.</summary>
    private static Member Innermost(ServiceModel model, Member member) =>
        member.Kind is ShapeKind.List or ShapeKind.Map && model.ShapeOf(member).Element is { } element ? Innermost(model, element) : member;

    private static string TypeOf(ServiceModel model, Member member) => member.Kind switch
    {
        ShapeKind.List => $"list of {TypeOf(model, model.ShapeOf(member).Element!)}",
        ShapeKind.Map => $"map of {TypeOf(model, model.ShapeOf(member).Element!)}",
        ShapeKind.Structure or ShapeKind.Error => "structure",
        ShapeKind.Union => "structure with one of its members",
        ShapeKind.Blob or ShapeKind.Stream => "base64 text",
        ShapeKind.Document => "any JSON",
        ShapeKind.Number => "number",
        ShapeKind.Boolean => "boolean",
        _ when member.IsTimestamp => "timestamp",
        _ => "string",
    };
}
