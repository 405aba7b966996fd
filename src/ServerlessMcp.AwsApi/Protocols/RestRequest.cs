using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Protocols;

/// <summary>Requests of restJson1 and restXml: members go to the URI, the query, headers or the body, as their traits say.</summary>
internal sealed class RestRequest(ServiceModel model, OperationModel operation, JsonObject parameters)
{
    private readonly bool _isJson = model.Protocol == AwsProtocol.RestJson1;
    private readonly WireRequest _request = new() { Method = operation.Method };
    private readonly List<KeyValuePair<string, string>> _queryMap = [];

    public static WireRequest Write(ServiceModel model, OperationModel operation, JsonObject parameters) =>
        new RestRequest(model, operation, parameters).Write();

    private WireRequest Write()
    {
        var (path, fixedQuery) = Cut(operation.Path, '?');
        _request.PathTemplate = path;
        foreach (var pair in fixedQuery.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Cut(pair, '=');
            _request.Query.Add(new(name, value));
        }

        if (operation.Input < 0)
        {
            return _request;
        }

        var shape = model.ShapeAt(operation.Input);
        foreach (var member in shape.Members)
        {
            if (parameters[member.Name] is { } value)
            {
                Bind(member, value);
            }
        }

        // A named query member wins over the same name in the map of all others.
        var taken = _request.Query.Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
        _request.Query.AddRange(_queryMap.Where(pair => !taken.Contains(pair.Key)));
        WriteBody(shape);
        return _request;
    }

    private void Bind(Member member, JsonNode value)
    {
        if (member.IsLabel)
        {
            var isGreedy = operation.Path.Contains($"{{{member.Name}+}}", StringComparison.Ordinal);
            _request.Labels[isGreedy ? $"{{{member.Name}+}}" : $"{{{member.Name}}}"] = Label(member, value);
        }
        else if (member.Header is { } header)
        {
            _request.Headers[header] = HeaderText.Write(model, member, value);
        }
        else if (member.PrefixHeaders is { } prefix)
        {
            foreach (var (name, text) in value.AsObject().Where(pair => pair.Value is not null))
            {
                _request.Headers[prefix + name] = Scalars.WritePlain(text!);
            }
        }
        else if (member.Query is { } query)
        {
            AddQuery(_request.Query, query, value, member.Kind == ShapeKind.List ? model.ShapeOf(member).Element! : member);
        }
        else if (member.IsQueryMap)
        {
            foreach (var (name, text) in value.AsObject().Where(pair => pair.Value is not null))
            {
                AddQuery(_queryMap, name, text!, new Member(name, ShapeKind.String));
            }
        }
    }

    private static string Label(Member member, JsonNode value) => Scalars.Write(value, member, ShapeKind.TimestampIso) is { Length: > 0 } text
        ? text
        : throw new AwsInputException("invalid_parameters", $"{member.Name} must not be empty.", [new($"$.{member.Name}", "must not be empty.")]);

    private static void AddQuery(List<KeyValuePair<string, string>> query, string name, JsonNode value, Member element)
    {
        foreach (var item in value is JsonArray items ? items.OfType<JsonNode>() : [value])
        {
            query.Add(new(name, Scalars.Write(item, element, ShapeKind.TimestampIso)));
        }
    }

    private void WriteBody(Shape shape)
    {
        if (shape.Members.FirstOrDefault(member => member.IsPayload) is { } payload)
        {
            WritePayload(payload, parameters[payload.Name]);
        }
        else if (_isJson && shape.Members.Any(member => member.IsInBody))
        {
            _request.SetBody(new JsonBody(model).Write(shape, parameters, member => member.IsInBody), "application/json");
        }
        else if (shape.Members.Any(member => member.IsInBody && parameters[member.Name] is not null))
        {
            _request.SetBody(new XmlBody(model).Write(shape, parameters, null, member => member.IsInBody), "application/xml");
        }
    }

    private void WritePayload(Member payload, JsonNode? value)
    {
        switch (payload.Kind)
        {
            case ShapeKind.Structure when _isJson && value is null:
                _request.SetBody("{}"u8.ToArray(), "application/json");
                break;
            case var _ when value is null:
                break;
            case ShapeKind.Blob or ShapeKind.Stream:
                _request.SetBody(Convert.FromBase64String(value.GetValue<string>()), "application/octet-stream");
                break;
            case ShapeKind.String:
                _request.SetBody(Encoding.UTF8.GetBytes(value.GetValue<string>()), "text/plain");
                break;
            case ShapeKind.Structure or ShapeKind.Union when !_isJson:
                _request.SetBody(new XmlBody(model).Write(model.ShapeOf(payload), value.AsObject(), payload), "application/xml");
                break;
            case ShapeKind.Structure or ShapeKind.Union:
                _request.SetBody(new JsonBody(model).Write(model.ShapeOf(payload), value), "application/json");
                break;
            default:
                _request.SetBody(JsonBody.WriteDocument(value), "application/json");
                break;
        }
    }

    private static (string Before, string After) Cut(string text, char separator) =>
        text.IndexOf(separator, StringComparison.Ordinal) is var at and >= 0 ? (text[..at], text[(at + 1)..]) : (text, "");
}
