using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Parsing;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.StatesLanguage.Paths;

/// <summary>Parameters and ResultSelector: JSON whose members named <c>x.$</c> are paths. Source: ASL, Payload Template.</summary>
internal abstract class PayloadTemplate
{
    public abstract JsonNode? Fill(Scope scope);

    /// <returns>Null when the field is absent.</returns>
    public static PayloadTemplate? Read(Fields fields, string name)
    {
        if (!fields.Has(name))
        {
            return null;
        }

        return Read(fields.Node(name), fields.Child(name), fields.Problems);
    }

    private static PayloadTemplate Read(JsonNode? node, string pointer, List<DefinitionProblem> problems) => node switch
    {
        JsonObject members => new Members(ReadMembers(members, pointer, problems)),
        JsonArray items => new Items([.. items.Select(
            (item, i) => Read(item, string.Create(CultureInfo.InvariantCulture, $"{pointer}/{i}"), problems))]),
        _ => new Literal(node),
    };

    private static List<KeyValuePair<string, PayloadTemplate>> ReadMembers(
        JsonObject members, string pointer, List<DefinitionProblem> problems)
    {
        var read = new List<KeyValuePair<string, PayloadTemplate>>();
        foreach (var (name, value) in members)
        {
            if (!name.EndsWith(".$", StringComparison.Ordinal))
            {
                read.Add(new(name, Read(value, $"{pointer}/{name}", problems)));
            }
            else if (Expression.TryParse(value.AsText() ?? "", out var expression, out var problem))
            {
                read.Add(new(name[..^2], new Computed(expression)));
            }
            else
            {
                problems.Add(new($"{pointer}/{name}", problem));
            }
        }

        return read;
    }

    private sealed class Literal(JsonNode? value) : PayloadTemplate
    {
        public override JsonNode? Fill(Scope scope) => value?.DeepClone();
    }

    private sealed class Computed(Expression expression) : PayloadTemplate
    {
        public override JsonNode? Fill(Scope scope) => expression.Evaluate(scope)?.DeepClone();
    }

    private sealed class Members(List<KeyValuePair<string, PayloadTemplate>> members) : PayloadTemplate
    {
        public override JsonNode? Fill(Scope scope)
        {
            var filled = new JsonObject();
            foreach (var (name, template) in members)
            {
                filled[name] = template.Fill(scope);
            }

            return filled;
        }
    }

    private sealed class Items(PayloadTemplate[] items) : PayloadTemplate
    {
        public override JsonNode? Fill(Scope scope) => new JsonArray([.. items.Select(item => item.Fill(scope))]);
    }
}
