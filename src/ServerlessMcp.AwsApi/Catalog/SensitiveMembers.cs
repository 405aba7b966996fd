using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Catalog;

/// <summary>Finds the given members that the model marks sensitive, less the reviewed exceptions of Models/sensitive.json.</summary>
internal static class SensitiveMembers
{
    public static IReadOnlyList<AwsSensitiveValue> Find(ServiceModel model, OperationModel operation, JsonObject parameters)
    {
        var found = new List<AwsSensitiveValue>();
        if (operation.Input >= 0)
        {
            InStructure(model, model.ShapeAt(operation.Input), parameters, "$", found);
        }

        return found;
    }

    private static void InStructure(ServiceModel model, Shape shape, JsonObject given, string path, List<AwsSensitiveValue> found)
    {
        foreach (var (name, value) in given)
        {
            if (value is not null && shape.Find(name) is { } member)
            {
                var isSensitive = member.IsSensitive
                    && (member.SensitiveWhen is not { } when || given[when.Member]?.ToString() == when.Value);
                InValue(model, member with { IsSensitive = isSensitive }, value, $"{path}.{name}", found);
            }
        }
    }

    private static void InValue(ServiceModel model, Member member, JsonNode value, string path, List<AwsSensitiveValue> found)
    {
        if (member.IsSensitive)
        {
            found.Add(new(path, value));
            return;
        }

        switch (value)
        {
            case JsonObject given when member.IsStructure:
                InStructure(model, model.ShapeOf(member), given, path, found);
                break;
            case JsonObject map when member.Kind == ShapeKind.Map:
                foreach (var (key, child) in map.Where(pair => pair.Value is not null))
                {
                    InValue(model, model.ShapeOf(member).Element!, child!, $"{path}.{key}", found);
                }

                break;
            case JsonArray items when member.Kind == ShapeKind.List:
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is { } item)
                    {
                        InValue(model, model.ShapeOf(member).Element!, item, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), found);
                    }
                }

                break;
        }
    }
}
