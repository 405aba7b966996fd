using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Catalog;

/// <summary>Checks a reference's path against the shape of an operation's answer.</summary>
internal static class OutputPath
{
    private const string Advice =
        "it is never kept, so nothing can refer to it. Keep the secret in Secrets Manager or Parameter Store and write ${secret:ARN} or ${ssm:NAME:VERSION} where it is needed.";

    /// <summary>Null if the answer can have the member.</summary>
    public static AwsProblem? Check(ServiceModel model, OperationModel operation, string path)
    {
        if (operation.Output < 0)
        {
            return path.Length == 0 ? null : new("$", $"{operation.Name} answers nothing, so there is no '{path}'.");
        }

        // The answer itself as a member, so that each part of the path is one step down from a member.
        var at = new Member(operation.Name, ShapeKind.Structure) { Shape = operation.Output };
        var walked = "$";
        foreach (var part in Parts(path))
        {
            var (next, problem) = Step(model, at, part);
            walked += part.StartsWith('[') ? part : "." + part;
            if (problem is not null)
            {
                return new(walked, problem);
            }

            if (next is null)
            {
                return null;
            }

            at = next;
            if (at.IsSensitive)
            {
                break;
            }
        }

        return SensitiveIn(model, at, walked, []) is { } secret ? new(secret, $"{secret[2..]} is sensitive: {Advice}") : null;
    }

    /// <returns>The path of a sensitive member in or below this one; null if there is none.</returns>
    private static string? SensitiveIn(ServiceModel model, Member at, string path, HashSet<int> seen)
    {
        if (at.IsSensitive)
        {
            return path;
        }

        if (at.Shape < 0 || !seen.Add(at.Shape))
        {
            return null;
        }

        var shape = model.ShapeOf(at);
        return shape.Element is { } element
            ? SensitiveIn(model, element, $"{path}[]", seen)
            : shape.Members.Select(member => SensitiveIn(model, member, $"{path}.{member.Name}", seen)).FirstOrDefault(found => found is not null);
    }

    /// <summary>The member below, or what is wrong; both null where the model knows no more (a document).</summary>
    private static (Member? Next, string? Problem) Step(ServiceModel model, Member at, string part)
    {
        var isIndex = part.StartsWith('[');
        return at.Kind switch
        {
            ShapeKind.Document => (null, null),
            ShapeKind.List when isIndex && IsIndex(part) => (model.ShapeOf(at).Element! with { Name = at.Name + part }, null),
            ShapeKind.List => (null, $"{at.Name} is a list: an index such as {at.Name}[0] is needed here, not '{part}'."),
            ShapeKind.Map when !isIndex => (model.ShapeOf(at).Element, null),
            _ when at.IsStructure && !isIndex => InStructure(model.ShapeOf(at), at.Name, part),
            _ when isIndex => (null, $"{at.Name} is no list."),
            _ => (null, $"{at.Name} is a single value and has no member '{part}'."),
        };
    }

    private static (Member? Next, string? Problem) InStructure(Shape shape, string name, string part) => shape.Find(part) is { } member
        ? (member, null)
        : (null, shape.Members.Count == 0
            ? $"{name} has no members."
            : $"{name} has no member '{part}'; nearest: {Nearest.Of(part, shape.Members.Select(m => m.Name))}.");

    private static bool IsIndex(string part) => part.EndsWith(']') && uint.TryParse(part[1..^1], out _);

    private static string[] Parts(string path) =>
        path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries);
}
