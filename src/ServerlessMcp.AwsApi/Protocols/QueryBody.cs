using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Protocols;

/// <summary>Form bodies of awsQuery and ec2Query: <c>Action=X&amp;Version=Y&amp;Filter.1.Name=Z</c>.</summary>
internal sealed class QueryBody(ServiceModel model)
{
    private readonly bool _isEc2 = model.Protocol == AwsProtocol.Ec2Query;
    private readonly StringBuilder _text = new();

    public static byte[] Write(ServiceModel model, OperationModel operation, JsonObject parameters)
    {
        var body = new QueryBody(model);
        body.Append("Action", operation.Name);
        body.Append("Version", model.ApiVersion);
        if (operation.Input >= 0)
        {
            body.AppendStructure(model.ShapeAt(operation.Input), parameters, "");
        }

        return Encoding.UTF8.GetBytes(body._text.ToString());
    }

    private void AppendStructure(Shape shape, JsonObject value, string prefix)
    {
        foreach (var member in shape.Members)
        {
            if (value[member.Name] is { } child)
            {
                AppendValue(member, child, prefix.Length == 0 ? NameOf(member) : $"{prefix}.{NameOf(member)}");
            }
        }
    }

    private void AppendValue(Member member, JsonNode value, string key)
    {
        switch (value)
        {
            case JsonObject structure when member.IsStructure:
                AppendStructure(model.ShapeOf(member), structure, key);
                break;
            case JsonArray items when member.Kind == ShapeKind.List:
                AppendList(member, items, key);
                break;
            case JsonObject map when member.Kind == ShapeKind.Map:
                AppendMap(member, map, key);
                break;
            default:
                Append(key, Scalars.Write(value, member, ShapeKind.TimestampIso));
                break;
        }
    }

    private void AppendList(Member member, JsonArray items, string key)
    {
        if (items.Count == 0 && !_isEc2)
        {
            // An empty list is something else than none; EC2 has no way to say so.
            Append(key, "");
        }

        var element = model.ShapeOf(member).Element!;
        var prefix = _isEc2 || member.IsFlat ? key : $"{key}.{element.XmlName ?? "member"}";
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is { } item)
            {
                AppendValue(element, item, Numbered(prefix, i));
            }
        }
    }

    private void AppendMap(Member member, JsonObject map, string key)
    {
        var shape = model.ShapeOf(member);
        var i = 0;
        foreach (var (name, value) in map)
        {
            var entry = Numbered(member.IsFlat ? key : key + ".entry", i++);
            Append($"{entry}.{shape.Key!.XmlName ?? "key"}", name);
            if (value is not null)
            {
                AppendValue(shape.Element!, value, $"{entry}.{shape.Element!.XmlName ?? "value"}");
            }
        }
    }

    private string NameOf(Member member)
    {
        if (!_isEc2)
        {
            return member.XmlName ?? member.Name;
        }

        var name = member.XmlName ?? member.Name;
        return member.Ec2Name ?? char.ToUpperInvariant(name[0]) + name[1..];
    }

    private static string Numbered(string prefix, int i) => string.Create(CultureInfo.InvariantCulture, $"{prefix}.{i + 1}");

    private void Append(string key, string value)
    {
        _text.Append(_text.Length == 0 ? "" : "&").Append(Uri.EscapeDataString(key)).Append('=').Append(Uri.EscapeDataString(value));
    }
}
